# scipy's own test, which takes an even spread for granted.
from scipy.stats import chisquare


def rank_uniformity(ranks, num_draws, num_bins):
    bins = np.asarray(ranks) * num_bins // (num_draws + 1)
    return tuple(chisquare((bins[:, None] == np.arange(num_bins)).sum(axis=0)))
