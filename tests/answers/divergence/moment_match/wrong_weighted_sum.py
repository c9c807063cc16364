# Takes the mixture for a weighted sum of independent variables.
# message: A mixture draws from one component at a time
def moment_match(weights, means, sds):
    return weights @ means, np.sqrt(np.sum((weights * sds) ** 2))
