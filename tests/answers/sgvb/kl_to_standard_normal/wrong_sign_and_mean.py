# Both at once, as seen in many training loops.
# message: This is -KL, averaged over the coordinates
def kl_to_standard_normal(mu, log_var):
    return 0.5 * np.mean(1 + log_var - mu**2 - np.exp(log_var), axis=-1)
