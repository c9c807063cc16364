# The posterior's own variances, Sigma_jj.
# message: This is Sigma_jj, the posterior's own variance
def mean_field_gaussian(mean, precision):
    return mean, np.diag(np.linalg.inv(precision))
