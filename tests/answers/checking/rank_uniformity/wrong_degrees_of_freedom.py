# B degrees of freedom.
# message: There are B - 1 degrees of freedom
def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.bincount(ranks // ((num_draws + 1) // num_bins), minlength=num_bins)
    expected = len(ranks) / num_bins
    statistic = np.sum((counts - expected) ** 2 / expected)
    return statistic, chi2.sf(statistic, num_bins)
