"""Checks that the models of this package share."""

import numpy as np

from varinf._check import _fail, check_distribution, check_finite


def check_data(X):
    """X (n, d) as float64, and the dtype of the answers."""
    X = check_finite(X, "X", ndim=2)
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite(X.astype(np.float64).var(axis=0)).all():
            _fail("X", "of a size whose squares are finite", f"a largest entry of {np.abs(X).max():.3g}")
    return X.astype(np.float64), X.dtype


def check_features(X, d):
    """X has the number of features of the fit."""
    if X.shape[1] != d:
        _fail("X", f"of {d} features, as in the fit", f"{X.shape[1]}")
    return X


def check_shape(array, shape, name):
    """`array` as float64, of exactly this shape."""
    if array.shape != shape:
        _fail(name, f"of shape {shape}", f"shape {array.shape}")
    return array.astype(np.float64)


def check_rows(value, name, shape):
    """A distribution in each row, (N, K), with rounding in the sums divided out."""
    q = check_distribution(check_finite(value, name, ndim=2), name).astype(np.float64)
    if q.shape != shape:
        _fail(name, f"of shape {shape}, one row a datum and one column a state", f"shape {q.shape}")
    return q / q.sum(axis=1, keepdims=True)


def check_floor(value, name):
    """A number, zero or more."""
    floor = float(check_finite(value, name, ndim=0))
    if floor < 0:
        _fail(name, "0 or more", floor)
    return floor
