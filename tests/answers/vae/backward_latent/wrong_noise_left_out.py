# Forgets that the derivative with respect to sd is eps.
# message: eps is missing
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz - mu, (dz * sd + 1 - sd**2) / 2
