# Believes that the first relation is an equality.
# message: It equals L(r, old) only if r is the
def chain(x, r, old, new):
    def log_likelihood(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(logsumexp(log_joint, axis=1))

    def bound(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(r * log_joint) - np.sum(xlogy(r, r))

    return log_likelihood(*old), log_likelihood(*old), bound(*new), log_likelihood(*new)
