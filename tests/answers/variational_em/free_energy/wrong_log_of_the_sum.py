# The log-likelihood: the sum over the components stands inside the log.
# message: log of a sum, not a sum of logs
def free_energy(x, r, weights, means, sds):
    return logsumexp(np.log(weights) + norm.logpdf(x[:, None], means, sds), axis=1).sum()
