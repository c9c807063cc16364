# Drops the constant.
# message: The -1 is missing
def kl_to_standard_normal(mu, log_var):
    return 0.5 * np.sum(mu**2 + np.exp(log_var) - log_var, axis=1)
