# `degree` features, so the highest power is missing.
# message: The highest power is missing
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree, increasing=True)
    covariance = features @ features.T / alpha + np.eye(x.size) / beta
    return multivariate_normal.logpdf(y, np.zeros(x.size), covariance)
