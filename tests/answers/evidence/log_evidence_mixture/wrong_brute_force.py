# An array with one axis for each point, all assignments at once: right, until there are too many points.
def log_evidence_mixture(x, weights, means, sd):
    log_terms = np.log(weights) + norm.logpdf(x[:, None], means, sd)
    assignments = np.indices((len(weights),) * len(x)).reshape(len(x), -1)
    return logsumexp(sum(log_terms[n][assignments[n]] for n in range(len(x))))
