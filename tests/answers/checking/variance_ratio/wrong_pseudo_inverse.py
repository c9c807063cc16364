# A pseudo-inverse, which takes small units for noise.
# message: A pseudo-inverse drops the small units
def variance_ratio(covariance):
    return 1 / (np.diag(covariance) * np.diag(np.linalg.pinv(covariance)))
