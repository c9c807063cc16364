# The missing half in the draws only.
# message: The draws lack the 1/2
def sgvb_b(log_likelihood, mu, log_var, eps):
    z = mu + np.exp(0.5 * log_var) * eps
    each = 0.5 * (mu**2 + np.exp(log_var) - 1 - log_var)
    return np.mean(log_likelihood(mu + np.exp(log_var) * eps)) - np.sum(each)
