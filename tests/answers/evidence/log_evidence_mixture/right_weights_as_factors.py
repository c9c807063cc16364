# The weights as factors of a log-sum-exp, components along the first axis.
def log_evidence_mixture(x, weights, means, sd):
    log_density = norm.logpdf(x, loc=means[:, None], scale=sd)
    return np.sum(logsumexp(log_density, axis=0, b=weights[:, None]))
