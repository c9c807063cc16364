# A mean over the data.
# message: You averaged over the data
def free_energy(x, r, weights, means, sds):
    energy = np.sum(r * (np.log(weights) + norm.logpdf(x[:, None], means, sds)))
    return (energy - np.sum(xlogy(r, r))) / len(x)
