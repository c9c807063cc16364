# Standardises, and divides zero by zero.
# message: do not divide by the sd
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = np.abs((truth - means) / sds) <= z
    return np.mean(inside)
