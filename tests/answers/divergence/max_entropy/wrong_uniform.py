# The largest entropy of all, with no regard for the mean.
# message: This is uniform
def max_entropy(values, mean):
    return np.full(len(values), 1 / len(values))
