# SciPy's multivariate normal with the covariance of y.
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree + 1)
    covariance = features @ features.T / alpha + np.identity(x.size) / beta
    return multivariate_normal(mean=np.zeros(x.size), cov=covariance).logpdf(y)
