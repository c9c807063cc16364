# Averages over the coordinates.
# message: You averaged over the coordinates. Add them up
def kl_to_standard_normal(mu, log_var):
    return 0.5 * np.mean(mu**2 + np.exp(log_var) - 1 - log_var, axis=1)
