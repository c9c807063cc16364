# Per cent.
# message: not per cent
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = np.abs(truth - means) <= z * sds
    return 100 * np.mean(inside)
