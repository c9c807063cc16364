# Forgets the prior.
# message: The weights are missing
def e_step(x, weights, means, sds):
    return softmax(norm.logpdf(x[:, None], means, sds), axis=1)
