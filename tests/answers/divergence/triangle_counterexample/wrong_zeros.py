# r has a zero, so that the direct way is infinite.
# message: Every entry of r must be positive
def triangle_counterexample():
    return np.array([0.5, 0.5]), np.array([0.3, 0.7]), np.array([0.0, 1.0])
