# The log of the average likelihood.
# message: You took the log of the average likelihood
def sgvb_b(log_likelihood, mu, log_var, eps):
    z = mu + np.exp(0.5 * log_var) * eps
    each = 0.5 * (mu**2 + np.exp(log_var) - 1 - log_var)
    return np.log(np.mean(np.exp(log_likelihood(z)))) - np.sum(each)
