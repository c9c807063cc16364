# The two formulas.
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(0.5 * log_var)
    return dz - mu, 0.5 * (dz * eps * sd + 1 - sd**2)
