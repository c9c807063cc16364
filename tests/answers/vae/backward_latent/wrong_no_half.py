# Takes log_var for the log of the standard deviation when differentiating.
# message: The half is missing
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    return dz - mu, dz * sd * eps + 1 - sd**2
