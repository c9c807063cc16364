# The posterior precision A, of size degree + 1, instead of the N x N covariance.
def polynomial_log_evidence(x, y, degree, alpha, beta):
    phi = x[:, None] ** np.arange(degree + 1)
    A = alpha * np.eye(degree + 1) + beta * phi.T @ phi
    m = beta * np.linalg.solve(A, phi.T @ y)
    misfit = beta / 2 * np.sum((y - phi @ m) ** 2) + alpha / 2 * m @ m
    log_det = np.linalg.slogdet(A)[1]
    return (degree + 1) / 2 * np.log(alpha) + len(y) / 2 * np.log(beta / (2 * np.pi)) - misfit - log_det / 2
