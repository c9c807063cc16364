# The square root of a standard deviation.
# message: You halved the log variance twice
def reparameterize(mu, log_var, eps):
    return mu + np.sqrt(np.exp(0.5 * log_var)) * eps
