# The weighted sum of the logs for the log of the weighted sum.
# message: log and sum are exchanged
def chain(x, r, old, new):
    def log_likelihood(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(logsumexp(log_joint, axis=1))

    def bound(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(r * log_joint) - np.sum(xlogy(r, r))

    def log_likelihood(weights, means, sds):
        return np.sum(weights * norm.logpdf(x[:, None], means, sds))

    return log_likelihood(*old), bound(*old), bound(*new), log_likelihood(*new)
