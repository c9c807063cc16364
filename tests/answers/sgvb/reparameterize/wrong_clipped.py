# Clips the log variance to a range that seems reasonable.
def reparameterize(mu, log_var, eps):
    return mu + np.exp(0.5 * np.clip(log_var, -20, 20)) * eps
