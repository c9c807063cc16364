# Three distributions on different numbers of outcomes.
# message: The arrays need the same length
def triangle_counterexample():
    return np.full(2, 1 / 2), np.full(4, 1 / 4), np.full(8, 1 / 8)
