# Hard assignments, as in K-means.
# message: These are hard assignments
def e_step(x, weights, means, sds):
    logs = np.log(weights) + norm.logpdf(x[:, None], means, sds)
    return np.eye(len(means))[np.argmax(logs, axis=1)]
