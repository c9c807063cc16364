# The definition as it stands: one over precision times covariance, on the two diagonals.
def variance_ratio(covariance):
    precision = np.linalg.inv(covariance)
    return 1 / (np.diagonal(precision) * np.diagonal(covariance))
