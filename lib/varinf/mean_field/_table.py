"""Mean field for discrete variables whose joint is a table."""

from functools import reduce

import numpy as np
from scipy.special import entr, logsumexp

from varinf._ascent import coordinate_ascent
from varinf._check import _fail, check_distribution, check_finite, check_integer


def optimal_factor(log_joint, factors, axis):
    """The factor that maximises the ELBO while the others are held: exp(E_others[log p]), normalised.

    log_joint : log p(x, z_1, ..., z_n), one axis a variable, in nats; may hold -inf.
    factors : sequence of n distributions, one an axis; the one at `axis` is not looked at (None will do).
    axis : the variable whose factor is wanted.

    Returns (q, log_Z): q of the length of that axis, and log_Z = log sum exp E_others[log p], a float. With
    this q the ELBO is log_Z plus the entropies of the other factors, the most this step can reach.
    0 * (-inf) is 0. Raises ValueError for shapes that do not fit, factors that do not sum to one, or if
    every value of this variable has expected log probability -inf.
    Source: chapter 4, "The optimal factor"; Bishop (2006), equation (10.9).
    """
    log_joint, factors, axis = _check_table(log_joint, factors, axis)
    expected = _expected(log_joint, factors, axis)
    log_normaliser = logsumexp(expected)
    if log_normaliser == -np.inf:
        _fail("log_joint", f"above -inf somewhere along axis {axis}, given the other factors", "-inf")
    return np.exp(expected - log_normaliser), float(log_normaliser)


def factorised_elbo(log_joint, factors):
    """ELBO of a factorised q: E_q[log p(x, z)] plus the entropies of the factors.

    log_joint, factors : as in `optimal_factor`; every factor counts.

    Returns a float; -inf if q has mass where log_joint is -inf. Raises ValueError as `optimal_factor`.
    Source: chapter 4, "The optimal factor"; Bishop (2006), equation (10.6).
    """
    log_joint, factors, _ = _check_table(log_joint, factors, None)
    energy = _weigh(reduce(np.multiply.outer, factors), log_joint).sum()
    return float(energy + sum(entr(q).sum() for q in factors))


def cavi_table(log_joint, start=None, *, max_iter=1000, tol=1e-10, callback=None):
    """Coordinate ascent with `optimal_factor`: axis 0, then axis 1, and so on; that is one sweep.

    log_joint : as in `optimal_factor`.
    start : sequence of factors, one an axis; uniform by default. The first is replaced before it is used.
    max_iter, tol, callback : as in `coordinate_ascent`; the state is the tuple of factors.

    Returns Ascent; its `elbo` is `factorised_elbo`. Raises ValueError as `optimal_factor`.
    Source: chapter 4, "Coordinate ascent"; Bishop (2006), section 10.1.1.
    """
    if start is None:
        start = [np.full(length, 1 / max(length, 1)) for length in np.shape(log_joint)]
    log_joint, factors, _ = _check_table(log_joint, start, None)

    def update(axis):
        def maximise(factors):
            q, _ = optimal_factor(log_joint, factors, axis)
            return factors[:axis] + (q,) + factors[axis + 1 :]

        return maximise

    return coordinate_ascent(
        [update(axis) for axis in range(log_joint.ndim)], lambda q: factorised_elbo(log_joint, q),
        tuple(factors), max_iter=max_iter, tol=tol, callback=callback)


def _weigh(weights, log_p):
    """weights * log_p with 0 * (-inf) = 0."""
    with np.errstate(invalid="ignore"):
        return np.where(weights > 0, weights * log_p, 0.0)


def _expected(log_joint, factors, axis):
    """E[log p] over all variables but the one at `axis`."""
    others = [np.ones(1) if i == axis else q for i, q in enumerate(factors)]
    weighted = _weigh(reduce(np.multiply.outer, others), log_joint)
    return weighted.sum(axis=tuple(i for i in range(log_joint.ndim) if i != axis))


def _check_table(log_joint, factors, axis):
    """The table, its factors without rounding in their sums, and the axis as a number from 0."""
    log_joint = check_finite(log_joint, "log_joint", allow_infinite=True)
    if log_joint.ndim == 0:
        _fail("log_joint", "a table with one axis a variable", "a single number")
    if (log_joint == np.inf).any():
        _fail("log_joint", "below +inf", "+inf")
    if not isinstance(factors, (list, tuple, np.ndarray)) or len(factors) != log_joint.ndim:
        expected = f"a sequence of {log_joint.ndim} distributions, one an axis of log_joint"
        _fail("factors", expected, repr(factors))
    if axis is not None:
        axis = check_integer(axis, "axis", minimum=-log_joint.ndim)
        if axis >= log_joint.ndim:
            _fail("axis", f"below {log_joint.ndim}, the number of axes of log_joint", repr(axis))
        axis %= log_joint.ndim
    checked = []
    for i, (q, length) in enumerate(zip(factors, log_joint.shape)):
        q = np.full(length, 1 / length) if i == axis else check_distribution(q, f"factors[{i}]")
        if q.shape != (length,):
            _fail(f"factors[{i}]", f"of shape ({length},), to fit log_joint", f"shape {q.shape}")
        checked.append(q / q.sum())
    return log_joint, tuple(checked), axis
