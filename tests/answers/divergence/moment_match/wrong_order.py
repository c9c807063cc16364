# Returns the sd first.
# message: The order is (mean, sd)
def moment_match(weights, means, sds):
    mean = weights @ means
    return np.sqrt(weights @ (sds**2 + (means - mean) ** 2)), mean
