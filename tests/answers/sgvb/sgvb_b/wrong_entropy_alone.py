# Adds the entropy, as if the prior were in the likelihood.
# message: You added the entropy of q
def sgvb_b(log_likelihood, mu, log_var, eps):
    z = mu + np.exp(0.5 * log_var) * eps
    each = 0.5 * (mu**2 + np.exp(log_var) - 1 - log_var)
    return np.mean(log_likelihood(z)) + 0.5 * np.sum(1 + np.log(2 * np.pi) + log_var)
