# Bins of L // B ranks; what is left over goes into the last.
# message: There are L + 1 possible ranks
def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.bincount(np.minimum(ranks // (num_draws // num_bins), num_bins - 1), minlength=num_bins)
    expected = len(ranks) / num_bins
    statistic = np.sum((counts - expected) ** 2 / expected)
    return statistic, chi2.sf(statistic, num_bins - 1)
