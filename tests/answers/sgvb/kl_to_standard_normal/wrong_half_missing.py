# Forgets the factor one half.
# message: The 1/2 is missing
def kl_to_standard_normal(mu, log_var):
    return np.sum(mu**2 + np.exp(log_var) - 1 - log_var, axis=1)
