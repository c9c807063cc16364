# log sd is half the log variance; this takes all of it.
# message: log sd is *half* of log_var
def kl_to_standard_normal(mu, log_var):
    return np.sum(0.5 * (mu**2 + np.exp(log_var) - 1) - log_var, axis=1)
