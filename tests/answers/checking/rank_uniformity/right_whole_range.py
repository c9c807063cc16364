# A histogram over the range 0 ... L: since B divides L + 1, no rank falls into another bin.
def rank_uniformity(ranks, num_draws, num_bins):
    counts, _ = np.histogram(ranks, bins=num_bins, range=(0, num_draws))
    expected = np.mean(counts)
    statistic = np.sum(np.square(counts - expected)) / expected
    return statistic, np.exp(chi2.logsf(statistic, num_bins - 1))
