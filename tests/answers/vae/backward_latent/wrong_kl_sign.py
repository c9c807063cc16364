# Adds the gradient of the KL.
# message: The KL has the wrong sign
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz + mu, (dz * sd * eps - 1 + sd**2) / 2
