# Leaves out log p(z).
# message: The weights are missing
def free_energy(x, r, weights, means, sds):
    return np.sum(r * norm.logpdf(x[:, None], means, sds)) - np.sum(xlogy(r, r))
