# True variance over mean-field variance.
# message: Upside down
def variance_ratio(covariance):
    return np.diag(covariance) * np.diag(np.linalg.inv(covariance))
