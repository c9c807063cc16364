# Looks at the upper end only.
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = truth <= means + z * sds
    return np.mean(inside)
