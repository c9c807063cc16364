# A bin for each rank.
# message: You counted single ranks
def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.bincount(ranks, minlength=num_draws + 1)
    expected = len(ranks) / num_bins
    statistic = np.sum((counts - expected) ** 2 / expected)
    return statistic, chi2.sf(statistic, num_bins - 1)
