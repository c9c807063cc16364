# The share that is lost.
# message: This is R^2, the share that is lost
def variance_ratio(covariance):
    return 1 - 1 / (np.diag(covariance) * np.diag(np.linalg.inv(covariance)))
