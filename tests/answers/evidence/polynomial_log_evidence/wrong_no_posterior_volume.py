# The log joint at its peak, without the determinant that measures the peak's width.
# message: The determinant (the volume of the posterior) is missing
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree + 1)
    A = alpha * np.eye(degree + 1) + beta * features.T @ features
    m = beta * np.linalg.solve(A, features.T @ y)
    log_likelihood = norm.logpdf(y, features @ m, 1 / np.sqrt(beta)).sum()
    return log_likelihood + norm.logpdf(m, 0, 1 / np.sqrt(alpha)).sum()
