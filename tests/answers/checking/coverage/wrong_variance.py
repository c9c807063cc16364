# Uses the variance where the sd belongs.
# message: the variance in place of the sd
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = np.abs(truth - means) <= z * sds**2
    return np.mean(inside)
