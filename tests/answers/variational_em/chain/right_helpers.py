# Log-likelihood and bound from the same table.
def chain(x, r, old, new):
    def table(theta):
        weights, means, sds = theta
        return np.log(weights) + norm.logpdf(x[:, None], means, sds)

    entropy = -xlogy(r, r).sum()
    before, after = table(old), table(new)
    return (
        logsumexp(before, axis=1).sum(), np.sum(r * before) + entropy,
        np.sum(r * after) + entropy, logsumexp(after, axis=1).sum(),
    )
