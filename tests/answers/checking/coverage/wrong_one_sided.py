# The one-sided quantile.
# message: Your intervals are too narrow: (1 + level) / 2, not level
def coverage(truth, means, sds, level):
    z = norm.ppf(level)
    inside = np.abs(truth - means) <= z * sds
    return np.mean(inside)
