# Takes the logarithm of a variance that has underflowed.
# message: The logarithm of the variance is what you were given
def sgvb_b(log_likelihood, mu, log_var, eps):
    variance = np.exp(log_var)
    divergence = 0.5 * np.sum(mu**2 + variance - 1 - np.log(variance))
    return np.mean(log_likelihood(mu + np.exp(0.5 * log_var) * eps)) - divergence
