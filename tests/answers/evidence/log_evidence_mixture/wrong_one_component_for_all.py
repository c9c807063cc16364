# All points come from the same component: the product is inside the sum.
# message: You gave all points to the same component
def log_evidence_mixture(x, weights, means, sd):
    return logsumexp(np.log(weights) + norm.logpdf(x[:, None], means, sd).sum(axis=0))
