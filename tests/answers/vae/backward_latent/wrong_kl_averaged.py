# Averages the KL over the latent dimensions.
# message: The KL is averaged over the dimensions
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz - mu / mu.shape[1], (dz * sd * eps + (1 - sd**2) / mu.shape[1]) / 2
