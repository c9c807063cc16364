# B / S times the sum of squared counts, minus S; the incomplete gamma function as the tail.
from scipy.special import gammaincc


def rank_uniformity(ranks, num_draws, num_bins):
    counts = np.zeros(num_bins)
    np.add.at(counts, np.asarray(ranks) // ((num_draws + 1) // num_bins), 1.0)
    statistic = num_bins * np.dot(counts, counts) / len(ranks) - len(ranks)
    return statistic, gammaincc((num_bins - 1) / 2, statistic / 2)
