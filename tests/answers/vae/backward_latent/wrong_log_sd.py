# Takes log_var for the log of the standard deviation, everywhere.
# message: You took log_var for the log of the sd
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var)
    return dz - mu, dz * sd * eps + 1 - sd**2
