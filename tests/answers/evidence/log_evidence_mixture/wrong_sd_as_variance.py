# sd is used as a variance.
# message: You used sd as a variance
def log_evidence_mixture(x, weights, means, sd):
    return logsumexp(np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(sd)), axis=1).sum()
