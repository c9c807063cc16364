"""The one loop of coordinate ascent, which mean field and variational EM share."""

import warnings
from typing import Any, NamedTuple

import numpy as np

from varinf._check import _fail, check_callable, check_integer, check_positive


class ConvergenceWarning(UserWarning):
    """A fit used up its iterations before the bound stopped rising.

    Source: chapter 4, "Start, order, and when to stop".
    """


class Ascent(NamedTuple):
    """What coordinate ascent arrived at.

    state : the last state.
    elbo : float64 array (n_iter,), the bound in nats after each sweep.
    converged : whether the last sweep gained less than tol.
    n_iter : number of sweeps.
    Source: chapter 4, "Coordinate ascent".
    """

    state: Any
    elbo: np.ndarray
    converged: bool
    n_iter: int


def coordinate_ascent(updates, elbo, state, *, max_iter=1000, tol=1e-6, callback=None, rounding=1e-9):
    """Apply updates, each of which maximises a bound in one of its arguments, until it stops rising.

    updates : a function state -> state, or a sequence of them, applied in turn: one sweep.
    elbo : function state -> float, the bound in nats, called once after each sweep.
    state : where to start; anything. Updates return a new state and leave the old one alone.
    max_iter : largest number of sweeps, at least 1.
    tol : stop when a sweep gains less than this many nats, or less than rounding can show
        (1e-12 |bound|). None: do max_iter sweeps, whatever they gain.
    callback : function (iteration, state, bound), called after each sweep, iteration = 1, 2, ...
    rounding : a fall of up to rounding * max(1, |bound|) is put down to rounding.

    No exact update can lower the bound. So a fall beyond rounding means that an update or the bound is
    wrong, or badly conditioned, and raises ArithmeticError, as NaN and inf do. -inf may rise.

    Returns Ascent; warns once with ConvergenceWarning if max_iter sweeps were not enough. Raises
    ValueError for invalid arguments.
    Source: chapter 4, "Coordinate ascent"; Bishop (2006), section 10.1.1; Blei et al. (2017), section 2.4.
    """
    updates = [updates] if callable(updates) else _check_updates(updates)
    check_callable(elbo, "elbo")
    max_iter = check_integer(max_iter, "max_iter")
    tol = None if tol is None else check_tolerance(tol, "tol")
    rounding = check_tolerance(rounding, "rounding")
    if callback is not None:
        check_callable(callback, "callback")

    trace, converged, before = [], False, -np.inf
    for iteration in range(1, max_iter + 1):
        for update in updates:
            state = update(state)
        bound = float(elbo(state))
        _check_rise(before, bound, rounding, iteration)
        trace.append(bound)
        if callback is not None:
            callback(iteration, state, bound)
        # -inf to -inf gains nothing that can be told, so it does not count as converged
        if tol is not None and bound > -np.inf and bound - before < max(tol, 1e-12 * abs(bound)):
            converged = True
            break
        before = bound
    if tol is not None and not converged:
        warnings.warn(
            f"The bound still rose by {tol:g} nats or more a sweep after max_iter = {max_iter}: raise "
            "max_iter or tol.", ConvergenceWarning, stacklevel=3)
    return Ascent(state, np.array(trace), converged, len(trace))


def check_tolerance(value, name):
    """A positive number, as a float."""
    return float(check_positive(value, name, ndim=0))


def _check_updates(updates):
    try:
        updates = list(updates)
    except TypeError:
        _fail("updates", "a function or a sequence of functions", type(updates).__name__)
    if not updates:
        _fail("updates", "at least one function", "an empty sequence")
    return [check_callable(update, "updates") for update in updates]


def _check_rise(before, bound, rounding, iteration):
    if np.isnan(bound) or bound == np.inf:
        raise ArithmeticError(f"The bound is {bound} after sweep {iteration}.")
    if bound < before - rounding * max(1.0, abs(before)):
        raise ArithmeticError(
            f"The bound fell from {before} to {bound} at sweep {iteration}: an update does not maximise "
            "the bound, or elbo is not the bound that the updates climb, or the numbers are so far apart in "
            "size that rounding decides.")
