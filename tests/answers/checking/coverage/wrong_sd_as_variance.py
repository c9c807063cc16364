# Takes the sd for a variance.
# message: You have treated the sd as a variance
def coverage(truth, means, sds, level):
    z = norm.ppf((1 + level) / 2)
    inside = np.abs(truth - means) <= z * np.sqrt(sds)
    return np.mean(inside)
