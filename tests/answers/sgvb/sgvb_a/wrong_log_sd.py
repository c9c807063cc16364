# Takes the log variance for a log standard deviation, in the draws and in log q.
# message: You took the log variance for a log sd. The 1/2 is missing
def sgvb_a(log_joint, mu, log_var, eps):
    sd = np.exp(log_var)
    z = mu + sd * eps
    return np.mean(log_joint(z) - norm.logpdf(z, mu, sd).sum(axis=1))
