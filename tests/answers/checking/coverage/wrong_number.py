# The number, not the fraction.
# message: This is the number
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = np.abs(truth - means) <= z * sds
    return np.sum(inside)
