"""The evidence lower bound: estimated by sampling from q, exactly for a table, and tightened.

Everything is a natural logarithm, in nats. For the estimates `log_joint` is a function of S points at
once, (S,) -> (S,) for one-dimensional z (labels 0, 1, ... if z is discrete) and (S, D) -> (S,)
otherwise, that returns log p(x, z); for a table it is the array of log p(x, z=k).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, xlogy

from varinf._check import (
    _fail,
    check_callable,
    check_distribution,
    check_finite,
    check_integer,
    check_rng,
)
from varinf.distributions import _deviance
from varinf.evidence import _check_samplable, _draw, _log_values, log_mean_exp


class Bound(NamedTuple):
    """An unbiased Monte Carlo estimate of a lower bound on the log evidence.

    value : the estimate, in nats. The bound holds for its expectation: by chance a value may exceed it,
        and the log evidence too.
    std_error : standard error of `value`, in nats: the standard deviation (ddof=1) of the averaged terms
        over the square root of their number. It measures the noise, and says nothing of the gap.
    Source: chapter 3, "The algorithm, and real data".
    """

    value: float
    std_error: float


def elbo(log_joint, q, rng, num_samples):
    """Evidence lower bound E_q[log p(x, z) - log q(z)], estimated by the average over draws z ~ q.

    log_joint : (S,) -> (S,) or (S, D) -> (S,), in nats; may be -inf.
    q : a varinf distribution of one number or one vector, or anything with sample(rng, size) and a
        normalised log_prob(z).
    rng : numpy.random.Generator.
    num_samples : number of draws S, at least 2.

    log q is evaluated at the draws, not replaced by the entropy: so the estimate has no noise at all
    when q is the posterior. Where log_joint is -inf at a draw, the bound is -inf (std_error inf).

    Returns Bound. Raises ValueError for invalid arguments, if log_joint returns NaN, +inf or a wrong
    shape, or if q has density zero or infinity at a draw of its own.
    Source: chapter 3, "The algorithm, and real data"; Jordan et al. (1999); Blei et al. (2017), section 2.2.
    """
    return _bound(_log_weights(log_joint, q, rng, check_integer(num_samples, "num_samples", minimum=2)))


def importance_weighted(log_joint, q, rng, num_samples, num_importance):
    """Importance-weighted bound L_K = E[log (1/K) sum_k p(x, z_k) / q(z_k)] with z_1 ... z_K ~ q.

    log_joint, q, rng : as in `elbo`.
    num_samples : number S of groups whose logarithms are averaged, at least 2.
    num_importance : number K of draws in a group, at least 1. L_1 is the ELBO, L_K never falls as K
        grows, and stays below the log evidence.

    It costs S * K evaluations, all held in memory at once.

    Returns Bound. Raises ValueError as `elbo` does.
    Source: chapter 3, "Tighter"; Burda, Grosse, Salakhutdinov (2016), theorem 1.
    """
    S = check_integer(num_samples, "num_samples", minimum=2)
    K = check_integer(num_importance, "num_importance")
    return _bound(log_mean_exp(_log_weights(log_joint, q, rng, S * K).reshape(S, K), axis=1))


def elbo_table(log_joint, q):
    """Evidence lower bound for a latent variable with K states, exactly.

    log_joint : (K,) log p(x, z=k), in nats; may be -inf.
    q : (K,) a distribution over the states; zeros allowed. Rounding in its sum is divided out.

    Returns E_q[log p(x, z) - log q(z)], a float, never above log p(x); -inf if q has mass on a state
    whose log_joint is -inf. Raises ValueError if q is negative or does not sum to one, or the arrays are
    not of one length.
    Source: chapter 3, "Three ways to the same bound"; Jordan et al. (1999).
    """
    log_joint, q = _check_table(log_joint, q)
    seen = q > 0                                                # 0 * (-inf) is 0 here, not NaN
    return float(np.sum(q[seen] * log_joint[seen]) - np.sum(xlogy(q, q)))


def gap(log_joint, q):
    """What the bound misses, KL(q || p(z | x)) = log p(x) - ELBO, for a latent variable with K states.

    log_joint, q : as in `elbo_table`. It needs the posterior, so there is no such function for a model
        that can only be sampled: with distributions, varinf.distributions.kl(q, posterior).

    Returns a float, never negative: 0 where q is the posterior, inf if q has mass on a state whose
    log_joint is -inf. Raises ValueError as `elbo_table` does, or if every log_joint is -inf, for then
    there is no posterior.
    Source: chapter 3, "Three ways to the same bound"; Blei et al. (2017), section 2.2.
    """
    log_joint, q = _check_table(log_joint, q)
    if np.isneginf(log_joint).all():
        _fail("log_joint", "above -inf somewhere", "-inf everywhere")
    log_posterior = log_joint - logsumexp(log_joint)
    posterior = np.exp(log_posterior)
    # Each term is q log(q/p) + p - q, never negative; the extra p - q sum to zero. Where p underflows
    # its logarithm is still there.
    with np.errstate(invalid="ignore"):                         # 0 * inf where q and p are zero
        tiny = xlogy(q, q) - np.where(q > 0, q * log_posterior, 0.0) + posterior - q
    return float(np.where(posterior > np.finfo(float).tiny, _deviance(q, posterior), tiny).sum())


def _log_weights(log_joint, q, rng, count):
    """log p(x, z) - log q(z) at `count` draws z ~ q, (count,)."""
    check_callable(log_joint, "log_joint")
    _check_samplable(q, "q")
    check_rng(rng)
    z = _draw(q, rng, count, "q")
    log_q = _log_values(q.log_prob, z, "q.log_prob")
    if np.isneginf(log_q).any():
        _fail("q.log_prob(z)", "above -inf at q's own draws", f"-inf at z = {z[np.argmin(log_q)]}")
    return _log_values(log_joint, z, "log_joint") - log_q


def _bound(terms):
    if np.isneginf(terms).any():
        return Bound(-np.inf, np.inf)
    return Bound(float(terms.mean()), float(terms.std(ddof=1) / np.sqrt(terms.size)))


def _check_table(log_joint, q):
    log_joint = check_finite(log_joint, "log_joint", ndim=1, allow_infinite=True).astype(np.float64)
    if (log_joint == np.inf).any():
        _fail("log_joint", "below +inf", f"+inf at state {np.argmax(log_joint)}")
    q = check_distribution(check_finite(q, "q", ndim=1), "q").astype(np.float64)
    if q.shape != log_joint.shape:
        _fail("q", f"of length {len(log_joint)}, one entry a state of log_joint", f"length {len(q)}")
    return log_joint, q / q.sum()
