# 1 - cdf, which is 0 below 1e-16.
# message: 1 - cdf rounds to 0
def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.bincount(ranks // ((num_draws + 1) // num_bins), minlength=num_bins)
    expected = len(ranks) / num_bins
    statistic = np.sum((counts - expected) ** 2 / expected)
    return statistic, 1 - chi2.cdf(statistic, num_bins - 1)
