# Returns the two in the wrong order.
# message: The two are exchanged
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return (dz * sd * eps + 1 - sd**2) / 2, dz - mu
