# Draws the noise again.
# message: Is eps drawn again?
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz - mu, (dz * sd * np.random.default_rng(0).normal(size=eps.shape) + 1 - sd**2) / 2
