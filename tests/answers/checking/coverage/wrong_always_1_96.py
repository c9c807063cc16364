# The 95% interval, whatever the level.
# message: Is 1.96 in it whatever the level
def coverage(truth, means, sds, level):
    z = 1.96
    inside = np.abs(truth - means) <= z * sds
    return np.mean(inside)
