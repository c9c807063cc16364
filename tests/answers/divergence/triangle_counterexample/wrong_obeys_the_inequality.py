# Three distributions on no line: the detour is longer.
# message: The direct way should be the longer one
def triangle_counterexample():
    return np.array([0.6, 0.2, 0.2]), np.array([0.2, 0.6, 0.2]), np.array([0.2, 0.2, 0.6])
