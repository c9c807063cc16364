# Takes sds for variances.
# message: You used the sds as variances
def free_energy(x, r, weights, means, sds):
    energy = np.sum(r * (np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(sds))))
    return energy - np.sum(xlogy(r, r))
