# Takes the square root of what are standard deviations already.
# message: You used the sds as variances
def e_step(x, weights, means, sds):
    return softmax(np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(sds)), axis=1)
