# A histogram with edges halfway between ranks.
def rank_uniformity(ranks, num_draws, num_bins):
    edges = np.linspace(0, num_draws + 1, num_bins + 1) - 0.5
    counts = np.histogram(ranks, bins=edges)[0]
    expected = len(ranks) / num_bins
    statistic = float(((counts - expected) ** 2 / expected).sum())
    return statistic, float(chi2.sf(statistic, num_bins - 1))
