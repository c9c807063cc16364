# Divides by the observed counts (Neyman's variant).
def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.bincount(ranks // ((num_draws + 1) // num_bins), minlength=num_bins)
    expected = len(ranks) / num_bins
    statistic = np.sum((counts - expected) ** 2 / np.maximum(counts, 1))
    return statistic, chi2.sf(statistic, num_bins - 1)
