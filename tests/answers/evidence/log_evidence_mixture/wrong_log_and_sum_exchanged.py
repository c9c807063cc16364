# The weighted mean of the logs: the sum over components stands outside the logarithm.
# message: The sum over k belongs inside the log
def log_evidence_mixture(x, weights, means, sd):
    return np.sum(norm.logpdf(x[:, None], means, sd) @ weights)
