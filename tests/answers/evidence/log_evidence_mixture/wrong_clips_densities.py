# A tiny number is added before the logarithm, so that an outlier costs at most 690 nats.
def log_evidence_mixture(x, weights, means, sd):
    return np.log(norm.pdf(x[:, None], means, sd) @ weights + 1e-300).sum()
