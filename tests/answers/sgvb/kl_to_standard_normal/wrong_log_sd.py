# Takes log_var for the logarithm of a standard deviation.
# message: You took the log variance for a log sd
def kl_to_standard_normal(mu, log_var):
    sd = np.exp(log_var)
    return np.sum(0.5 * (mu**2 + sd**2 - 1) - np.log(sd), axis=1)
