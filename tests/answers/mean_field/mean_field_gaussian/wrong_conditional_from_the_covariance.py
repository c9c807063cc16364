# The conditional variances by way of the covariance: nothing is left when it is nearly singular.
def mean_field_gaussian(mean, precision):
    sigma, variances = np.linalg.pinv(precision), []
    for j in range(len(mean)):
        rest = np.delete(np.arange(len(mean)), j)
        block = np.linalg.pinv(sigma[np.ix_(rest, rest)])
        variances.append(sigma[j, j] - sigma[j, rest] @ block @ sigma[rest, j])
    return mean, np.array(variances)
