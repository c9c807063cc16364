# Takes the log variance for a log standard deviation.
# message: You took the log variance for a log sd. The 1/2 is missing
def sgvb_b(log_likelihood, mu, log_var, eps):
    sd = np.exp(log_var)
    divergence = np.sum(0.5 * (mu**2 + sd**2 - 1) - np.log(sd))
    return np.mean(log_likelihood(mu + sd * eps)) - divergence
