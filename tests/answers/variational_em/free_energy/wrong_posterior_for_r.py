# Replaces the r it was given by the posterior.
# message: posterior instead of the r you were given
def free_energy(x, r, weights, means, sds):
    log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
    r = softmax(log_joint, axis=1)
    return np.sum(r * log_joint) - np.sum(xlogy(r, r))
