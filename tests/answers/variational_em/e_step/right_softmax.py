# A softmax over the components of the log joint.
def e_step(x, weights, means, sds):
    return softmax(np.log(weights) + norm.logpdf(x[:, None], means, sds), axis=1)
