# Starts from the noise, and multiplies and adds in place.
def reparameterize(mu, log_var, eps):
    z = np.array(eps, dtype=float) * np.ones(np.broadcast(mu, log_var, eps).shape)
    z *= np.exp(np.asarray(log_var) / 2)
    z += mu
    return z
