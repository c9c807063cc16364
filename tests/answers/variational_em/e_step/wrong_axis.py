# Normalises over the data instead of the components.
# message: normalise along axis 1
def e_step(x, weights, means, sds):
    return softmax(np.log(weights) + norm.logpdf(x[:, None], means, sds), axis=0)
