# The half of the draw is missing.
# message: The half is missing in the first term
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz - mu, dz * sd * eps + (1 - sd**2) / 2
