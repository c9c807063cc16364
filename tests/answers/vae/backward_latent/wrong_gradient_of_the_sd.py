# With respect to the standard deviation.
# message: This is the gradient with respect to the sd
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz - mu, dz * eps + 1 / sd - sd
