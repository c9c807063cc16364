# The likelihood at the posterior mean of the coefficients.
# message: You put one set of coefficients
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree + 1)
    A = alpha * np.eye(degree + 1) + beta * features.T @ features
    m = beta * np.linalg.solve(A, features.T @ y)
    return norm.logpdf(y, features @ m, 1 / np.sqrt(beta)).sum()
