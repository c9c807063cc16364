# One over the marginal variance.
# message: This is 1 / Sigma_jj
def mean_field_gaussian(mean, precision):
    return mean, 1 / np.diag(np.linalg.inv(precision))
