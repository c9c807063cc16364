# Forgets that log_var moves z.
# message: log_var reaches the picture too
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz - mu, (1 - sd**2) / 2
