# Counts instead of probabilities.
# message: not to one. KL takes distributions
def triangle_counterexample():
    return np.array([5.0, 5.0]), np.array([3.0, 7.0]), np.array([1.0, 9.0])
