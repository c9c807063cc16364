# Everything right, with densities instead of their logs in the E-step.
# message: Where every density of a datum
def em(x, weights, means, sds, iterations):
    bounds = []
    for _ in range(iterations):
        joint = weights * norm.pdf(x[:, None], means, sds)
        r = joint / joint.sum(axis=1, keepdims=True)
        weights = r.mean(axis=0)
        means = r.T @ x / r.sum(axis=0)
        sds = np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / r.sum(axis=0))
        energy = np.sum(r * (np.log(weights) + norm.logpdf(x[:, None], means, sds)))
        bounds.append(energy - np.sum(xlogy(r, r)))
    return weights, means, sds, bounds
