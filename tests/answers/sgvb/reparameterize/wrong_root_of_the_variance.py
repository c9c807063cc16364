# Right on paper; exp(1300) overflows before the root is taken.
# message: Halve the logarithm before you exponentiate
def reparameterize(mu, log_var, eps):
    return mu + np.sqrt(np.exp(log_var)) * eps
