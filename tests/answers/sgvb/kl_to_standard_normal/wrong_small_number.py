# A small number hides the underflow.
# message: A small number added to the variance is no cure
def kl_to_standard_normal(mu, log_var):
    variance = np.exp(log_var)
    return 0.5 * np.sum(mu**2 + variance - 1 - np.log(variance + 1e-12), axis=1)
