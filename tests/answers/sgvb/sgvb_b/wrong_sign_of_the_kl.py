# Adds the KL.
# message: The sign of the KL is wrong
def sgvb_b(log_likelihood, mu, log_var, eps):
    z = mu + np.exp(0.5 * log_var) * eps
    each = 0.5 * (mu**2 + np.exp(log_var) - 1 - log_var)
    return np.mean(log_likelihood(z)) + np.sum(each)
