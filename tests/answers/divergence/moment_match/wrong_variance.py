# Returns the variance.
# message: This is the variance
def moment_match(weights, means, sds):
    mean = weights @ means
    return mean, weights @ (sds**2 + (means - mean) ** 2)
