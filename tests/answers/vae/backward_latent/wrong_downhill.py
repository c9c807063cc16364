# The gradient of a loss, from dz of the log-likelihood.
# message: this goes downhill
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return mu - dz, (sd**2 - 1 - dz * sd * eps) / 2
