# Inverts the diagonal, not the matrix.
# message: The inverse of the diagonal is not the diagonal of the inverse
def variance_ratio(covariance):
    return 1 / (1 / np.diag(covariance)) / np.diag(covariance)
