# The right formula with densities instead of log densities.
# message: underflowed
def log_evidence_mixture(x, weights, means, sd):
    return np.log(norm.pdf(x[:, None], means, sd) @ weights).sum()
