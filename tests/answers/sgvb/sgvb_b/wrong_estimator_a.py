# Samples the KL: estimator A.
# message: This is estimator A
def sgvb_b(log_likelihood, mu, log_var, eps):
    sd = np.exp(0.5 * log_var)
    z = mu + sd * eps
    log_q = np.sum(norm.logpdf(eps) - 0.5 * log_var, axis=1)
    return np.mean(log_likelihood(z) + norm.logpdf(z).sum(axis=1) - log_q)
