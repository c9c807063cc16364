# A Cholesky factor of the covariance gives both the determinant and the quadratic form.
from scipy.linalg import solve_triangular


def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.column_stack([x**k for k in range(degree + 1)])
    L = np.linalg.cholesky(features @ features.T / alpha + np.eye(len(x)) / beta)
    whitened = solve_triangular(L, y, lower=True)
    return float(norm.logpdf(whitened).sum() - np.log(np.diag(L)).sum())
