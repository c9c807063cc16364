# Eigenvalues for coordinates.
# message: The eigenvalues belong to other directions
def variance_ratio(covariance):
    return np.linalg.eigvalsh(covariance) / np.diag(covariance)
