# Columns of the inverse of the correlation matrix, by solving.
def variance_ratio(covariance):
    d = np.diag(covariance) ** -0.5
    inverse = np.linalg.solve(covariance * d * d[:, None], np.eye(len(d)))
    return np.reciprocal(inverse.diagonal())
