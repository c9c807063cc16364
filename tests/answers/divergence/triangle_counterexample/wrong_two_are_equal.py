# A detour through one of the ends: both ways are equally long.
# message: Two of the three are equal
def triangle_counterexample():
    return np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([0.1, 0.9])
