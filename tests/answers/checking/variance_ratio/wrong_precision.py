# The diagonal of the precision.
# message: This is the diagonal of the precision
def variance_ratio(covariance):
    return np.diag(np.linalg.inv(covariance))
