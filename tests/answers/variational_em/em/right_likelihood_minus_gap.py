# The bound as the log-likelihood at the new parameters minus the divergence from the new posterior.
def em(x, weights, means, sds, iterations):
    def logs(weights, means, sds):
        log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
        log_px = logsumexp(log_joint, axis=1)
        return log_px, log_joint - log_px[:, None]

    bounds = []
    for _ in range(iterations):
        log_r = logs(weights, means, sds)[1]
        r = np.exp(log_r)
        weights = r.mean(axis=0)
        means = np.average(np.tile(x[:, None], len(weights)), axis=0, weights=r)
        sds = np.average((x[:, None] - means) ** 2, axis=0, weights=r) ** 0.5
        log_px, log_new = logs(weights, means, sds)
        bounds.append(log_px.sum() - np.sum(np.where(r > 0, r * (log_r - log_new), 0)))
    return weights, means, sds, np.array(bounds)
