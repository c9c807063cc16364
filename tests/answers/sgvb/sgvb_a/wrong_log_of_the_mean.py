# The log of the average weight: the importance-weighted bound.
# message: You took the log of the average weight
def sgvb_a(log_joint, mu, log_var, eps):
    z = mu + np.exp(0.5 * log_var) * eps
    log_q = -0.5 * np.sum(np.log(2 * np.pi) + log_var + eps**2, axis=1)
    return np.log(np.mean(np.exp(log_joint(z) - log_q)))
