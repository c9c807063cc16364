# Another test, made for continuous data.
from scipy.stats import kstest


def rank_uniformity(ranks, num_draws, num_bins):
    result = kstest((ranks + 0.5) / (num_draws + 1), "uniform")
    return result.statistic, result.pvalue
