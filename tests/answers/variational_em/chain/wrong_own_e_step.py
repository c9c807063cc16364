# Does an E-step of its own and forgets the r it was given.
# message: Use the r you were given
def chain(x, r, old, new):
    def log_likelihood(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(logsumexp(log_joint, axis=1))

    def bound(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        return np.sum(r * log_joint) - np.sum(xlogy(r, r))

    r = softmax(np.log(old[0]) + norm.logpdf(x[:, None], old[1], old[2]), axis=1)
    return log_likelihood(*old), bound(*old), bound(*new), log_likelihood(*new)
