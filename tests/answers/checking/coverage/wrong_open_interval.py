# Leaves the end points out.
# message: The end points belong to the interval
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = np.abs(truth - means) < z * sds
    return np.mean(inside)
