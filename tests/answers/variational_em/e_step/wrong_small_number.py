# Adds a small number to the denominator: no nan, and a row of zeros far from every component.
# message: A small number added, or a clipped
def e_step(x, weights, means, sds):
    joint = weights * norm.pdf(x[:, None], means, sds)
    return joint / (joint.sum(axis=1, keepdims=True) + 1e-300)
