# The mixing weights are left out.
# message: The weights are missing
def log_evidence_mixture(x, weights, means, sd):
    return logsumexp(norm.logpdf(x[:, None], means, sd), axis=1).sum()
