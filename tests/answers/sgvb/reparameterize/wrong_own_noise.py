# Draws its own noise and ignores the one handed over.
# message: Use the draws in eps
def reparameterize(mu, log_var, eps):
    return mu + np.exp(0.5 * log_var) * np.random.default_rng().standard_normal(np.shape(eps))
