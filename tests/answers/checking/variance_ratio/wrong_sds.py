# The ratio of the standard deviations.
# message: This is the ratio of the sds
def variance_ratio(covariance):
    return (np.diag(covariance) * np.diag(np.linalg.inv(covariance))) ** -0.5
