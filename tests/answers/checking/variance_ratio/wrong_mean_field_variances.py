# The numerator alone.
# message: These are the mean-field variances
def variance_ratio(covariance):
    return 1 / np.diag(np.linalg.inv(covariance))
