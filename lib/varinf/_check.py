"""Checks of what callers pass in. Each returns the value in its working form or raises a
ValueError that names the argument, says what was expected and what came."""

import operator

import numpy as np


def _fail(name, expected, got):
    raise ValueError(f"{name} must be {expected}; got {got}.")


def check_finite(value, name, *, ndim=None, allow_infinite=False):
    """A float array, not a copy if it is one already: float32 is kept, everything else becomes float64.
    Rejects NaN, infinities (unless allowed), complex numbers, text, emptiness and, when given, another
    number of axes."""
    try:
        raw = np.asarray(value)
    except ValueError:
        _fail(name, "a number or a rectangular array of numbers", "a ragged sequence")
    if raw.dtype.kind not in "biuf":
        _fail(name, "real numbers", f"dtype {raw.dtype}")
    array = raw if raw.dtype == np.float32 else raw.astype(np.float64, copy=False)
    if array.size == 0:
        _fail(name, "non-empty", f"shape {array.shape}")
    if np.isnan(array).any():
        _fail(name, "free of NaN", f"{int(np.isnan(array).sum())} NaN of {array.size} values")
    if not allow_infinite and np.isinf(array).any():
        _fail(name, "finite", f"{int(np.isinf(array).sum())} infinite of {array.size} values")
    if ndim is not None and array.ndim not in (ndim if isinstance(ndim, tuple) else (ndim,)):
        _fail(name, f"an array with {ndim} axes", f"shape {array.shape}")
    return array


def check_positive(value, name, *, ndim=None):
    """A finite array, every entry above zero."""
    array = check_finite(value, name, ndim=ndim)
    if (array <= 0).any():
        _fail(name, "greater than 0", f"a minimum of {array.min()}")
    return array


def check_in_interval(value, name, low, high):
    """A finite array, every entry in the closed interval [low, high]."""
    array = check_finite(value, name)
    if (array < low).any() or (array > high).any():
        _fail(name, f"between {low} and {high}", f"values from {array.min()} to {array.max()}")
    return array


def check_distribution(value, name, *, axis=-1):
    """Non-negative weights that sum to one along `axis`, to 1e-6 (1e-4 for float32)."""
    array = check_finite(value, name)
    if array.ndim == 0:
        _fail(name, "an array of probabilities", "a single number")
    if (array < 0).any():
        _fail(name, "non-negative", f"a minimum of {array.min()}")
    total = array.sum(axis=axis)
    worst = np.abs(total - 1).max()
    if worst > (1e-4 if array.dtype == np.float32 else 1e-6):
        _fail(name, f"probabilities that sum to 1 along axis {axis}", f"a sum off by {worst:.3g}")
    return array


def check_counts(value, name):
    """Whole numbers, zero or more, of any shape, as float64 (an integral float counts)."""
    array = check_finite(value, name).astype(np.float64)
    if (array < 0).any() or (array != np.floor(array)).any():
        _fail(name, "whole numbers, zero or more", f"{array.ravel()[:3]}")
    return array


def check_integer(value, name, *, minimum=1):
    """A Python int of at least `minimum`; booleans and fractions are refused."""
    try:
        number = None if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < minimum:
        _fail(name, f"an integer of at least {minimum}", repr(value))
    return number


def check_square(value, name):
    """A finite array (..., d, d), symmetric to rounding."""
    array = check_finite(value, name)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        _fail(name, "square in its last two axes", f"shape {array.shape}")
    scale = np.abs(array).max(axis=(-1, -2), keepdims=True)
    if (np.abs(array - np.swapaxes(array, -1, -2)) > 1e-6 * scale).any():
        _fail(name, "symmetric", "a matrix that differs from its transpose")
    return array


def check_positive_definite(value, name):
    """A symmetric positive-definite array (..., d, d). Returns (array, lower Cholesky factor)."""
    array = check_square(value, name)
    try:
        return array, np.linalg.cholesky(array)
    except np.linalg.LinAlgError:
        lowest = np.linalg.eigvalsh(array).min()
        _fail(name, "positive definite", f"a smallest eigenvalue of {lowest:.3g}")


def check_rng(value, name="rng"):
    """A numpy.random.Generator; seeds and the legacy RandomState are refused, so that the
    caller decides where randomness starts."""
    if not isinstance(value, np.random.Generator):
        _fail(name, "a numpy.random.Generator, as numpy.random.default_rng(seed) makes", type(value).__name__)
    return value


def check_option(value, name, options):
    """One of `options`."""
    if value not in options:
        _fail(name, "one of " + ", ".join(map(repr, options)), repr(value))
    return value


def check_callable(value, name):
    """Something that can be called."""
    if not callable(value):
        _fail(name, "callable", type(value).__name__)
    return value


def check_random_state(value, name="random_state"):
    """The Generator of an estimator: a Generator is used as it is, an integer seeds a new one."""
    if isinstance(value, np.random.Generator):
        return value
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < 0:
        _fail(name, "an integer of at least 0 or a numpy.random.Generator", repr(value))
    return np.random.default_rng(int(value))


def check_fitted(estimator, attribute):
    """The estimator, which has been fitted."""
    if not hasattr(estimator, attribute):
        name = type(estimator).__name__
        _fail(name, "fitted before this is asked of it: call fit first", "one that is not")
    return estimator
