# One number for all data.
# message: One number a datum
def kl_to_standard_normal(mu, log_var):
    return 0.5 * np.sum(mu**2 + np.exp(log_var) - 1 - log_var)
