# Forgets that the means differ.
# message: The spread of the means is missing
def moment_match(weights, means, sds):
    return weights @ means, np.sqrt(weights @ sds**2)
