# With expm1, so that nothing cancels near q = prior.
def kl_to_standard_normal(mu, log_var):
    return np.einsum("nj->n", (mu * mu + (np.expm1(log_var) - log_var)) / 2)
