# K-means with weights and spreads.
# message: These are hard assignments, as in K-means
def posterior(x, weights, means, sds):
    log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
    return np.exp(log_joint - logsumexp(log_joint, axis=1, keepdims=True))


def learn(x, r):
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    return counts / len(x), means, np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / counts)


def bound(x, r, weights, means, sds):
    log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
    return np.sum(r * log_joint) - np.sum(xlogy(r, r))


def em(x, weights, means, sds, iterations):
    bounds = []
    for _ in range(iterations):
        r = np.eye(len(means))[posterior(x, weights, means, sds).argmax(axis=1)]
        weights, means, sds = learn(x, r)
        bounds.append(bound(x, r, weights, means, sds))
    return weights, means, sds, bounds
