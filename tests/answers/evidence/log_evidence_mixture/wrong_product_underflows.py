# Multiplies the points' densities and takes one logarithm: thousands of points underflow.
# message: underflowed
def log_evidence_mixture(x, weights, means, sd):
    return np.log(np.prod(norm.pdf(x[:, None], means, sd) @ weights))
