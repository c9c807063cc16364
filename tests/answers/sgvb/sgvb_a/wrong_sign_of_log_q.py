# Adds log q.
# message: The sign of log q is wrong
def sgvb_a(log_joint, mu, log_var, eps):
    z = mu + np.exp(0.5 * log_var) * eps
    log_q = -0.5 * np.sum(np.log(2 * np.pi) + log_var + eps**2, axis=1)
    return np.mean(log_joint(z) + log_q)
