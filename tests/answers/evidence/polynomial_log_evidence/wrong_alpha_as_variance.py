# alpha is used as the variance of the coefficients.
# message: You used alpha as a variance
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree + 1)
    covariance = alpha * features @ features.T + np.eye(x.size) / beta
    return multivariate_normal.logpdf(y, np.zeros(x.size), covariance)
