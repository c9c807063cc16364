# Averages log q over the coordinates.
# message: You averaged log q over the coordinates
def sgvb_a(log_joint, mu, log_var, eps):
    z = mu + np.exp(0.5 * log_var) * eps
    return np.mean(log_joint(z) - norm.logpdf(z, mu, np.exp(0.5 * log_var)).mean(axis=1))
