# Adds r log r.
# message: The sign of the entropy is wrong
def free_energy(x, r, weights, means, sds):
    energy = np.sum(r * (np.log(weights) + norm.logpdf(x[:, None], means, sds)))
    return energy + np.sum(xlogy(r, r))
