# Records L(r_t, theta_t), before the M-step.
# message: You recorded the bound after the E-step
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
        r = posterior(x, weights, means, sds)
        bounds.append(bound(x, r, weights, means, sds))
        weights, means, sds = learn(x, r)
    return weights, means, sds, bounds
