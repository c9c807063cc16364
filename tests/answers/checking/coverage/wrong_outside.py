# The fraction outside.
# message: This is the fraction outside
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = np.abs(truth - means) <= z * sds
    return 1 - np.mean(inside)
