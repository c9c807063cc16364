# Two named variances.
def moment_match(weights, means, sds):
    mean = weights @ means
    within, between = weights @ sds**2, weights @ (means - mean) ** 2
    return mean, (within + between) ** 0.5
