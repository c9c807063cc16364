# Forgets that the components have a width.
# message: The spread inside the components is missing
def moment_match(weights, means, sds):
    mean = weights @ means
    return mean, np.sqrt(weights @ (means - mean) ** 2)
