# Takes the log variance for a log standard deviation.
# message: You took the log variance for a log sd. The 1/2 is missing
def reparameterize(mu, log_var, eps):
    return mu + np.exp(log_var) * eps
