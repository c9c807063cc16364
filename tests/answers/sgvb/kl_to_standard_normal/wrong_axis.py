# Adds over the data.
# message: You added over the data
def kl_to_standard_normal(mu, log_var):
    return 0.5 * np.sum(mu**2 + np.exp(log_var) - 1 - log_var, axis=0)
