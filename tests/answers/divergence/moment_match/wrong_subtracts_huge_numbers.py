# E[z^2] - E[z]^2 loses all digits far from zero.
# message: subtracts two huge numbers here
def moment_match(weights, means, sds):
    mean = weights @ means
    return mean, np.sqrt(weights @ (sds**2 + means**2) - mean**2)
