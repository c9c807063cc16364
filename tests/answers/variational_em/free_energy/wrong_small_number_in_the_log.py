# Keeps zeros away by adding 1e-10 inside the log.
# message: did you add a small number inside a log?
def free_energy(x, r, weights, means, sds):
    return np.sum(r * (np.log(weights) + norm.logpdf(x[:, None], means, sds) - np.log(r + 1e-10)))
