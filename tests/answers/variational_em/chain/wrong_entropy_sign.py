# Adds r log r.
# message: The sign of the entropy is wrong
def chain(x, r, old, new):
    def log_likelihood(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(logsumexp(log_joint, axis=1))

    def bound(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(r * log_joint) - np.sum(xlogy(r, r))

    twice = -2 * np.sum(xlogy(r, r))
    return log_likelihood(*old), bound(*old) - twice, bound(*new) - twice, log_likelihood(*new)
