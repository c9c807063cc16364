# In the bounds, log of a sum instead of a sum of logs.
# message: log and sum are exchanged: r times the log
def chain(x, r, old, new):
    def log_likelihood(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(logsumexp(log_joint, axis=1))

    def bound(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(r * log_joint) - np.sum(xlogy(r, r))

    def bound(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(logsumexp(log_joint, axis=1, b=r))

    return log_likelihood(*old), bound(*old), bound(*new), log_likelihood(*new)
