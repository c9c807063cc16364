# 1/beta is used as the standard deviation of the noise.
# message: You used 1/beta as a standard deviation
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree + 1)
    covariance = features @ features.T / alpha + np.eye(x.size) / beta**2
    return multivariate_normal.logpdf(y, np.zeros(x.size), covariance)
