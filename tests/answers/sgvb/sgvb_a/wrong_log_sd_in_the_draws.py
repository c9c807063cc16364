# The missing half in the draws only.
# message: The draws lack the 1/2
def sgvb_a(log_joint, mu, log_var, eps):
    z = mu + np.exp(log_var) * eps
    log_q = -0.5 * np.sum(np.log(2 * np.pi) + log_var + eps**2, axis=1)
    return np.mean(log_joint(z) - log_q)
