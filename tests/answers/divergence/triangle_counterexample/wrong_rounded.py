# Rounded to three digits, and so not quite normalised.
# message: p sums to 0.999
def triangle_counterexample():
    return np.array([0.333, 0.333, 0.333]), np.array([0.2, 0.2, 0.6]), np.array([0.1, 0.1, 0.8])
