# Takes the sds for variances.
# message: You took sds for variances
def moment_match(weights, means, sds):
    mean = weights @ means
    return mean, np.sqrt(weights @ (sds + (means - mean) ** 2))
