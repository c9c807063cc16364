# Divides by the number of data.
# message: Each datum's gradient is its own
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return (dz - mu) / len(mu), (dz * sd * eps + 1 - sd**2) / 2 / len(mu)
