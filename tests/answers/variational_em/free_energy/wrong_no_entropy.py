# The energy alone: what the M-step maximises, and not the bound.
# message: The entropy of r is missing
def free_energy(x, r, weights, means, sds):
    return np.sum(r * (np.log(weights) + norm.logpdf(x[:, None], means, sds)))
