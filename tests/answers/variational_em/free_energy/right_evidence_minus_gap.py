# The log-likelihood minus the divergence of each row from the posterior.
def free_energy(x, r, weights, means, sds):
    log_joint = np.log(weights) + norm.logpdf(x[:, None], means, sds)
    log_px = logsumexp(log_joint, axis=1)
    seen = r > 0
    log_posterior = log_joint - log_px[:, None]
    return float(log_px.sum() - np.sum(r[seen] * (np.log(r[seen]) - log_posterior[seen])))
