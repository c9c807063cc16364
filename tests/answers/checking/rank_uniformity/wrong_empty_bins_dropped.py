# bincount without minlength: the empty bins at the end are gone.
# message: The empty bin counts as well
def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.bincount(ranks // ((num_draws + 1) // num_bins))
    expected = len(ranks) / num_bins
    statistic = np.sum((counts - expected) ** 2 / expected)
    return statistic, chi2.sf(statistic, num_bins - 1)
