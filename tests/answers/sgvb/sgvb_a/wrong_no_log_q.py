# Averages the log joint alone.
# message: log q is missing
def sgvb_a(log_joint, mu, log_var, eps):
    return np.mean(log_joint(mu + np.exp(0.5 * log_var) * eps))
