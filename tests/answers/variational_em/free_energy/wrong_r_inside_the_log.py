# Log of the sum of r times the joint.
# message: It is a sum of logs: r stands
def free_energy(x, r, weights, means, sds):
    return logsumexp(np.log(weights) + norm.logpdf(x[:, None], means, sds), axis=1, b=r).sum()
