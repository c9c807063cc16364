# Squares that are not divided by what was expected.
# message: Divide each square by the expected count
def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.bincount(ranks // ((num_draws + 1) // num_bins), minlength=num_bins)
    expected = len(ranks) / num_bins
    statistic = np.sum((counts - expected) ** 2)
    return statistic, chi2.sf(statistic, num_bins - 1)
