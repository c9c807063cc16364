# A precision's logarithm.
# message: the sign of log_var is wrong
def reparameterize(mu, log_var, eps):
    return mu + np.exp(-0.5 * log_var) * eps
