# The rows of an inverse Cholesky factor: the precision's diagonal is a sum of squares.
from scipy.linalg import solve_triangular


def variance_ratio(covariance):
    variances = np.diag(covariance).copy()
    root = np.linalg.cholesky(covariance / np.sqrt(np.outer(variances, variances)))
    inverse = solve_triangular(root, np.eye(len(variances)), lower=True)
    return 1 / (inverse**2).sum(axis=0)
