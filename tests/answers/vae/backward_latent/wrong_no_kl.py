# Forgets the KL.
# message: The gradient of -KL is missing from dmu
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz, dz * sd * eps / 2
