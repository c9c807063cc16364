# The right variance for each point, but no covariance between them.
# message: You treated the points as independent
def polynomial_log_evidence(x, y, degree, alpha, beta):
    variances = np.sum(np.vander(x, degree + 1) ** 2, axis=1) / alpha + 1 / beta
    return norm.logpdf(y, 0, np.sqrt(variances)).sum()
