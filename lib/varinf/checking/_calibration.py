"""Simulation-based calibration: does inference give the truth the rank that chance would?"""

from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from varinf._check import _fail, check_callable, check_finite, check_integer, check_rng
from varinf._progress import bar


class Calibration(NamedTuple):
    """Ranks of true parameters among posterior draws, and a test of whether they are uniform.

    ranks : (num_simulations,) or (num_simulations, D) integers, 0 ... num_draws.
    statistic, p_value : chi-square test in num_bins bins, floats or (D,): the probability of counts at least
        so uneven if inference is exact.
    Source: chapter 8, "Simulation-based calibration".
    """

    ranks: np.ndarray
    statistic: float
    p_value: float
    num_draws: int
    num_bins: int


def simulation_based_calibration(draw_prior, simulate, infer, rng, *, num_simulations=500, num_draws=99,
                                 num_bins=None, progress=False):
    """Draw parameters from the prior and data from the model, infer, and rank the truth in the posterior
    draws.

    draw_prior : rng -> theta, a number or (D,). simulate : (theta, rng) -> data, anything.
    infer : (data, rng) -> what inference says of theta: a distribution with sample(rng, size), or the draws
        themselves, (num_draws,) or (num_draws, D). Draws of a Markov chain must be thinned to be nearly
        independent.
    rng : numpy.random.Generator, handed to all three.
    num_simulations, num_draws : at least 2 and 1. num_bins : as in `uniformity_test`.
    progress : show a bar, if tqdm is installed.

    If infer returns the posterior, every rank is equally likely, for any model. The reverse does not hold: to
    return the prior whatever the data are gives uniform ranks too.

    Returns Calibration. Raises ValueError for invalid arguments or results of the wrong shape.
    Source: chapter 8, "Simulation-based calibration"; Talts et al. (2018), theorem 1 and algorithm 1.
    """
    for function, name in ((draw_prior, "draw_prior"), (simulate, "simulate"), (infer, "infer")):
        check_callable(function, name)
    check_rng(rng)
    num_simulations = check_integer(num_simulations, "num_simulations", minimum=2)
    num_draws = check_integer(num_draws, "num_draws")
    num_bins = _check_bins(num_bins, num_simulations, num_draws)
    truths, draws = [], []
    progress = bar(progress, num_simulations)
    try:
        for _ in range(num_simulations):
            theta = check_finite(draw_prior(rng), "draw_prior(rng)", ndim=(0, 1))
            inferred = infer(simulate(theta, rng), rng)
            if hasattr(inferred, "sample"):
                inferred = inferred.sample(rng, (num_draws,))
            inferred = check_finite(inferred, "the draws of infer")
            if inferred.shape != (num_draws,) + theta.shape:
                _fail("the draws of infer", f"of shape {(num_draws,) + theta.shape}",
                      f"shape {inferred.shape}")
            truths.append(theta)
            draws.append(inferred)
            progress.update()
    finally:
        progress.close()
    if len({theta.shape for theta in truths}) > 1:
        _fail("draw_prior(rng)", "of one shape", "several")
    ranks = sbc_ranks(np.array(truths), np.array(draws))
    return Calibration(ranks, *uniformity_test(ranks, num_draws, num_bins), num_draws, num_bins)


def sbc_ranks(prior_draws, posterior_draws):
    """How many posterior draws are strictly below each prior draw.

    prior_draws : (S,) or (S, D). posterior_draws : (S, L) or (S, L, D).
    Returns integers 0 ... L of the shape of prior_draws. Raises ValueError if the shapes do not fit.
    Source: chapter 8, "Simulation-based calibration"; Talts et al. (2018), section 4.
    """
    truth = check_finite(prior_draws, "prior_draws", ndim=(1, 2))
    draws = check_finite(posterior_draws, "posterior_draws", ndim=truth.ndim + 1)
    if draws.shape[:1] + draws.shape[2:] != truth.shape:
        _fail("posterior_draws", f"draws for prior_draws of shape {truth.shape}", f"shape {draws.shape}")
    return (draws < truth[:, None]).sum(axis=1)


def uniformity_test(ranks, num_draws, num_bins=None):
    """Chi-square test that ranks 0 ... num_draws are equally likely.

    ranks : (S,) or (S, D) integers. num_bins : a divisor of num_draws + 1, at least 2, so that bins hold
        equally many ranks; None: the largest one up to 20 that leaves five ranks to a bin on average, or the
        smallest.

    Returns (statistic, p_value), floats or (D,). Raises ValueError for invalid arguments.
    Source: chapter 8, "Simulation-based calibration".
    """
    num_draws = check_integer(num_draws, "num_draws")
    ranks = check_finite(ranks, "ranks", ndim=(1, 2))
    if (ranks != np.floor(ranks)).any() or ranks.min() < 0 or ranks.max() > num_draws:
        _fail("ranks", f"whole numbers from 0 to num_draws = {num_draws}",
              f"from {ranks.min()} to {ranks.max()}")
    num_bins = _check_bins(num_bins, len(ranks), num_draws)
    bins = (ranks * num_bins // (num_draws + 1)).astype(int)
    counts = (bins[:, None] == np.arange(num_bins).reshape((-1,) + (1,) * (bins.ndim - 1))).sum(axis=0)
    expected = len(ranks) / num_bins
    statistic = ((counts - expected) ** 2 / expected).sum(axis=0)
    return statistic[()], chi2.sf(statistic, num_bins - 1)[()]


def _check_bins(num_bins, num_ranks, num_draws):
    divisors = [n for n in range(2, num_draws + 2) if (num_draws + 1) % n == 0]
    if num_bins is None:
        return max([n for n in divisors if n <= 20 and 5 * n <= num_ranks], default=divisors[0])
    if check_integer(num_bins, "num_bins", minimum=2) not in divisors:
        _fail("num_bins", f"a divisor of num_draws + 1 = {num_draws + 1}", str(num_bins))
    return num_bins
