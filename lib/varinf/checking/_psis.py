"""Pareto-smoothed importance sampling and its diagnostic."""

import math
from typing import NamedTuple

import numpy as np

from varinf._check import _fail, check_finite, check_integer
from varinf.elbo import _log_weights


class Psis(NamedTuple):
    """Smoothed importance weights and how far to trust them.

    log_weights : (S,), in the order and on the scale of the weights that came in, so that their log_mean_exp
        estimates the log evidence.
    pareto_k : the tail index k-hat: moments of the weights of order up to 1 / k exist. -inf if the largest
        weights are all equal (to a relative 1e-10), inf if fewer than five are above the cutoff.
    ess : effective sample size (sum w)^2 / sum w^2 of the smoothed weights.
    threshold : min(1 - 1 / log10 S, 0.7); with k-hat above it, S draws are too few to rely on.
    Source: chapter 8, "Pareto-smoothed importance sampling".
    """

    log_weights: np.ndarray
    pareto_k: float
    ess: float
    threshold: float


def log_weights(log_joint, q, rng, num_samples):
    """Draws z ~ q and their log importance weights log p(x, z) - log q(z).

    log_joint : (S,) -> (S,) or (S, D) -> (S,), in nats; may be -inf. q : a distribution with sample(rng,
        size)
    and log_prob(z), as in `varinf.elbo.elbo`. num_samples : S, at least 1.

    Returns (z, log_weights (S,)). Raises ValueError as `varinf.elbo.elbo` does.
    Source: chapter 8, "Weights"; Yao, Vehtari, Simpson and Gelman (2018), section 2.
    """
    num_samples, kept = check_integer(num_samples, "num_samples"), []

    def remember(z):
        kept.append(z)
        return log_joint(z)

    weights = _log_weights(remember if callable(log_joint) else log_joint, q, rng, num_samples)
    return kept[0], weights


def psis(log_weights):
    """Replace the largest importance weights by quantiles of a generalised Pareto distribution fitted to
    them.

    log_weights : (S,), S >= 25, logs of weights on any scale; -inf allowed, though not everywhere.

    The tail is the M = ceil(min(S / 5, 3 sqrt S)) largest weights, their exceedances over the next largest
    are fitted, and smoothed weights never pass the largest raw one.

    Returns Psis. Raises ValueError for NaN, +inf, too few weights or none above zero.
    Source: chapter 8, "Pareto-smoothed importance sampling"; Vehtari et al. (2024), algorithm 1 and its
    equation for the threshold.
    """
    raw = check_finite(log_weights, "log_weights", ndim=1, allow_infinite=True)
    S, top = len(raw), raw.max()
    if S < 25:
        _fail("log_weights", "of length 25 or more: the tail is a fifth of them", f"length {S}")
    if np.isinf(top):
        _fail("log_weights", "below +inf, and above -inf somewhere", f"a maximum of {top}")
    smoothed = raw.astype(np.float64) - float(top)
    M = math.ceil(min(0.2 * S, 3 * math.sqrt(S)))
    order = np.argsort(smoothed, kind="stable")
    cutoff = np.exp(smoothed[order[-M - 1]])
    tail = order[-M:]
    exceedances = np.exp(smoothed[tail]) - cutoff               # ascending
    above = exceedances > 0
    if cutoff > 1 - 1e-10:                                      # what is left is rounding
        k = -np.inf
    elif above.sum() < 5:
        k = np.inf
    else:
        k, sigma = fit_generalised_pareto(exceedances[above])
        ranks = (np.arange(above.sum()) + 0.5) / above.sum()
        with np.errstate(divide="ignore"):
            smoothed[tail[above]] = np.log(cutoff + _quantile(ranks, k, sigma))
        np.minimum(smoothed, 0, out=smoothed)
    weights = np.exp(smoothed)
    ess = weights.sum() ** 2 / (weights**2).sum()
    smoothed = (smoothed + float(top)).astype(raw.dtype)
    return Psis(smoothed, float(k), float(ess), min(1 - 1 / math.log10(S), 0.7))


def fit_generalised_pareto(exceedances):
    """(k, sigma) of the density (1 + k y / sigma)^(-1 - 1/k) / sigma, from at least five values y > 0.

    The profile likelihood of b = -k / sigma, averaged over a prior that the data place; then k is drawn
    towards 0.5 with the weight of ten observations.
    Source: Zhang and Stephens (2009), "A new and efficient estimation method for the generalized Pareto
    distribution" (their k is minus ours), with a finer grid; Vehtari et al. (2024) for the pull towards 0.5.
    """
    y = np.sort(exceedances)
    M = len(y)
    size = 30 + int(math.sqrt(M))
    quarter = y[int(M / 4 + 0.5) - 1]
    b = 1 / y[-1] + (1 - np.sqrt(size / (np.arange(size) + 0.5))) / (3 * quarter)
    k = np.log1p(-b[:, None] * y).mean(axis=1)
    profile = M * (np.log(-b / k) - k - 1)
    weights = np.exp(profile - profile.max())
    b = b @ weights / weights.sum()
    k = np.log1p(-b * y).mean()
    return (M * k + 5) / (M + 10), -k / b


def _quantile(p, k, sigma):
    if abs(k) < 1e-12:
        return -sigma * np.log1p(-p)
    return sigma * np.expm1(-k * np.log1p(-p)) / k
