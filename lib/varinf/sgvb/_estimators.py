"""Estimates of the ELBO and of its gradient from draws z = loc + scale * eps, eps ~ N(0, I)."""

import math
from typing import NamedTuple

import numpy as np

from varinf._check import _fail, check_callable, check_finite, check_integer, check_option, check_rng
from varinf._gradient import finite_gradient, with_gradient
from varinf.distributions import MultivariateNormal, Normal, kl
from varinf.elbo import Bound
from varinf.evidence import _log_values


class Gradient(NamedTuple):
    """An unbiased estimate of a gradient with respect to q's loc and scale.

    loc, scale : the estimates, of the shape of q.loc: means over the draws.
    loc_samples, scale_samples : (S, ...), one gradient a draw. Their variance over axis 0 is that of an
        estimate from one draw; divided by S, that of `loc` and `scale` (nearly so with a control variate,
        which ties the draws together).
    Source: chapter 6, "Which is noisier?".
    """

    loc: np.ndarray
    scale: np.ndarray
    loc_samples: np.ndarray
    scale_samples: np.ndarray


def reparameterization_gradient(f, q, rng, num_samples, *, grad=None, entropy=None):
    """Gradient of E_q[f(z)], or of the ELBO, by differentiating the draw z = loc + scale * eps.

    f : (S,) -> (S,), or (S, D) -> (S,) when q has D coordinates; differentiated by autograd. For the ELBO it
        is log_joint. May be None if grad is given.
    q : Normal(loc, scale) with numbers or (D,) arrays: independent coordinates.
    rng, num_samples : draws eps = rng.standard_normal((S, ...)), S at least 1.
    grad : gradient of f at the draws, of the shape of z, or a pair (values, gradient).
    entropy : what is added to f. None: nothing. "closed": the entropy of q, whose gradient is 0 in loc and
        1 / scale in scale. (To sample -log q and differentiate it fully gives the same numbers, draw by
        draw: log q(z) = -eps^2 / 2 - log scale + const.) "path": -log q(z) differentiated through z alone;
        what is left out, the score, has mean zero. No noise at all if q is the posterior.

    Returns Gradient. Raises ValueError for invalid arguments, shapes that do not fit, or a gradient that is
    not finite; TypeError if autograd cannot follow f.
    Source: chapter 6, "Second way: differentiate the sample"; Kingma and Welling (2014), section 2.4; "path":
    Roeder, Wu and Duvenaud (2017).
    """
    loc, scale, eps = _draws(q, rng, num_samples)
    check_option(entropy, "entropy", (None, "closed", "path"))
    _, df = finite_gradient(with_gradient(f, grad, "f"), loc + scale * eps)
    if entropy == "path":
        df = df + eps / scale                                   # -d log q / dz
    return _average(df, df * eps + (1 / scale if entropy == "closed" else 0))


def score_gradient(f, q, rng, num_samples, *, control_variate=None, entropy=None):
    """Gradient of E_q[f(z)], or of the ELBO, by differentiating the density: E[f(z) d log q(z)].

    f : (S,) -> (S,) or (S, D) -> (S,), any function, smooth or not, finite at the draws.
    q, rng : as in `reparameterization_gradient`; the same seed gives the same draws.
    num_samples : number of draws S, at least 1, or 2 with a control variate.
    control_variate : a multiple of the score d log q(z), whose mean is zero, to subtract. None; "mean": the
        mean of f; "optimal": for every parameter the multiple that makes its variance smallest, E[score^2 f]
        / E[score^2]. Both are estimated, for each draw, from the other draws, and so add no bias.
    entropy : what is added to f. None: nothing. "closed": the entropy of q. "sampled": -log q(z), which makes
        the weight of the score log p(x, z) - log q(z): without its log density the gradient is another one.

    Returns Gradient. Raises ValueError for invalid arguments or if f returns NaN, inf or a wrong shape.
    Source: chapter 6, "First way: differentiate the density"; Ranganath, Gerrish and Blei (2014), equations
    2, 3 and section 3.2; the mean of the others: Kool, van Hoof and Welling (2019).
    """
    check_option(control_variate, "control_variate", (None, "mean", "optimal"))
    check_option(entropy, "entropy", (None, "closed", "sampled"))
    check_callable(f, "f")
    loc, scale, eps = _draws(q, rng, num_samples, minimum=1 if control_variate is None else 2)
    z = loc + scale * eps
    weights = check_finite(_log_values(f, z, "f"), "f(z)").astype(z.dtype)
    if entropy == "sampled":
        log_q = -0.5 * eps**2 - np.log(scale) - 0.5 * math.log(2 * math.pi)
        weights = weights - (log_q.sum(axis=1) if z.ndim == 2 else log_q)
    weights = weights.reshape((-1,) + (1,) * loc.ndim)
    by_loc, by_scale = (
        score * (weights - _baseline(score, weights, control_variate))
        for score in (eps / scale, (eps**2 - 1) / scale))       # d log q / d loc, d log q / d scale
    return _average(by_loc, by_scale + (1 / scale if entropy == "closed" else 0))


def sgvb_a(log_joint, q, rng, num_samples=1):
    """The estimator A of the ELBO, everything sampled: the mean of log p(x, z) - log q(z).

    log_joint : (S, D) -> (S,), or (S,) -> (S,) for a Normal of one number.
    q : Normal, its coordinates independent, or MultivariateNormal.
    num_samples : number of draws, at least 1; std_error is NaN for one draw.

    Returns Bound. Raises ValueError for invalid arguments or if log_joint returns NaN, +inf or a wrong shape.
    Source: chapter 6, "The two SGVB estimators"; Kingma and Welling (2014), equation 6.
    """
    check_callable(log_joint, "log_joint")
    z = _sample(q, rng, num_samples)
    return _bound(_log_values(log_joint, z, "log_joint") - _total(q.log_prob(z), z))


def sgvb_b(log_likelihood, q, prior, rng, num_samples=1):
    """The estimator B of the ELBO: the mean of log p(x | z), minus KL(q || prior) in closed form.

    log_likelihood, q, num_samples : as in `sgvb_a`. prior : p(z), of the family of q.

    Returns Bound. Raises ValueError as `sgvb_a` does.
    Source: chapter 6, "The two SGVB estimators"; Kingma and Welling (2014), equation 7.
    """
    check_callable(log_likelihood, "log_likelihood")
    z = _sample(q, rng, num_samples)
    return _bound(_log_values(log_likelihood, z, "log_likelihood") - np.sum(kl(q, prior)))


def minibatch_elbo(log_likelihoods, kl, n_total):
    """n_total / M * sum(log_likelihoods) - kl: the ELBO of all the data from M of them.

    log_likelihoods : (M,) one E_q[log p(x_n | z)] each. kl : KL(q || p(z)) of latent variables that all data
    share, counted once: it is not multiplied. n_total : number N of all data, at least M.

    Returns a float. Raises ValueError for invalid arguments.
    Source: chapter 6, "Minibatches"; Kingma and Welling (2014), equation 8, is the same for
    latent variables that each datum has of its own.
    """
    terms = check_finite(log_likelihoods, "log_likelihoods", ndim=1)
    total = check_integer(n_total, "n_total", minimum=len(terms))
    return float(total / len(terms) * terms.sum() - check_finite(kl, "kl", ndim=0))


def _draws(q, rng, num_samples, minimum=1):
    if not isinstance(q, Normal) or q.loc.ndim > 1:
        _fail("q", "a Normal of one number or of one vector", _describe(q))
    shape = (check_integer(num_samples, "num_samples", minimum=minimum),) + q.loc.shape
    dtype = np.result_type(q.loc, q.scale)
    return q.loc, q.scale, check_rng(rng).standard_normal(shape, dtype)


def _describe(q):
    return f"{type(q).__name__}" + (f" of shape {q.loc.shape}" if isinstance(q, Normal) else "")


def _sample(q, rng, num_samples):
    vector = isinstance(q, Normal) and q.loc.ndim < 2 or isinstance(q, MultivariateNormal) and q.loc.ndim == 1
    if not vector:
        _fail("q", "a Normal or MultivariateNormal of one number or of one vector", _describe(q))
    return q.sample(check_rng(rng), check_integer(num_samples, "num_samples"))


def _total(log_q, z):
    """log q(z), (S,): the coordinates of a Normal are independent, so their log densities add."""
    return log_q.sum(axis=1) if log_q.ndim == 2 else log_q


def _bound(terms):
    terms = terms.astype(np.float64)
    if np.isneginf(terms).any():
        return Bound(-np.inf, np.inf)
    error = terms.std(ddof=1) / np.sqrt(terms.size) if terms.size > 1 else np.nan
    return Bound(float(terms.mean()), float(error))


def _baseline(score, weights, control_variate):
    """What to subtract from each draw's weight, from the other draws."""
    if control_variate is None:
        return 0
    importance = score**2 if control_variate == "optimal" else np.ones_like(score)
    others = importance.sum(axis=0) - importance
    return ((importance * weights).sum(axis=0) - importance * weights) / others


def _average(loc, scale):
    return Gradient(loc.mean(axis=0), scale.mean(axis=0), loc, scale)
