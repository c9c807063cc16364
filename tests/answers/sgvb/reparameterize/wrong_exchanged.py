# The mean multiplies the noise.
# message: mu and sd are exchanged
def reparameterize(mu, log_var, eps):
    return np.exp(0.5 * log_var) + mu * eps
