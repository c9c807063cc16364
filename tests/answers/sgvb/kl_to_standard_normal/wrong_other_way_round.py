# KL(prior || q).
# message: the other way round
def kl_to_standard_normal(mu, log_var):
    return 0.5 * np.sum((1 + mu**2) * np.exp(-log_var) - 1 + log_var, axis=1)
