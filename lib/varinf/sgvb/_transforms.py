"""From the real line to constrained values and back, with the Jacobians that a density needs.

Each part maps real numbers u (S, dim) to values x (S, size). Written with autograd's NumPy, so that a
density of x becomes one of u that autograd can differentiate.
"""

from dataclasses import dataclass
from typing import Callable

import autograd.numpy as np

from varinf._check import _fail, check_callable, check_finite, check_integer


@dataclass(frozen=True)
class Part:
    """Some coordinates and where they live: made by `real`, `positive`, `unit_interval`, `simplex`.

    dim : number of real coordinates u. size : number of values x.
    forward : u -> x. inverse : x -> u. log_det : u -> (S,), log |det dx / du|. inside : x -> whether valid.
    """

    name: str
    dim: int
    size: int
    forward: Callable
    inverse: Callable
    log_det: Callable
    inside: Callable


@dataclass(frozen=True)
class Constrained:
    """A density of constrained values, moved to the real line: made by `constrain`.

    log_joint : the log density of the real vector, (S, dim) -> (S,), what `fit` wants.
    dim : number of real coordinates.
    Source: chapter 6, "Transforms and their Jacobians".
    """

    log_joint: Callable
    dim: int
    _parts: tuple

    def forward(self, u):
        """Constrained values (S, size) at real vectors u (S, dim)."""
        return _forward(self._parts, _columns(u, "u", self.dim))

    def inverse(self, x):
        """Real vectors (S, dim) at constrained values x (S, size), strictly inside; else ValueError."""
        x = _columns(x, "x", sum(part.size for part in self._parts))
        pieces = list(_split(x, self._parts, "size"))
        for part, piece in pieces:
            if not part.inside(piece):
                _fail("x", f"inside the domain of its {part.name} part", "values outside or on its edge")
        return np.concatenate([part.inverse(piece) for part, piece in pieces], axis=1)

    def log_det(self, u):
        """log |det dx / du| at real vectors u (S, dim), (S,)."""
        return _log_det(self._parts, _columns(u, "u", self.dim))


def constrain(log_joint, *parts):
    """Move a density of constrained values to the real line, where a Gaussian q can live.

    log_joint : (S, size) -> (S,), the log density of values x, in nats. Further arguments (the index and
        weight of a minibatch) are handed on.
    parts : what the columns of x are, in order: real(n), positive(n), unit_interval(n), simplex(K).

    The density of u is p(x(u)) |det dx / du|: without the Jacobian, the fit is to another distribution.

    Returns Constrained. Raises ValueError for invalid arguments.
    Source: chapter 6, "Transforms and their Jacobians"; Kucukelbir et al. (2017), section 2.3.
    """
    check_callable(log_joint, "log_joint")
    if not parts or not all(isinstance(part, Part) for part in parts):
        _fail("parts", "one or more of real(n), positive(n), unit_interval(n), simplex(K)", repr(parts))

    def unconstrained(u, *minibatch):
        return log_joint(_forward(parts, u), *minibatch) + _log_det(parts, u)

    return Constrained(unconstrained, sum(part.dim for part in parts), parts)


def real(n):
    """n real numbers, left as they are.

    Source: chapter 6, "Transforms and their Jacobians".
    """
    n = check_integer(n, "n")
    return Part("real", n, n, lambda u: u, lambda x: x, lambda u: np.zeros(len(u)), lambda x: True)


def positive(n):
    """n positive numbers, x = exp(u): log |det| = sum u.

    Source: chapter 6, "Transforms and their Jacobians".
    """
    n = check_integer(n, "n")
    return Part("positive", n, n, np.exp, np.log, lambda u: np.sum(u, axis=1), lambda x: (x > 0).all())


def unit_interval(n):
    """n numbers between 0 and 1, x = 1 / (1 + exp(-u)): log |det| = sum log x + log(1 - x).

    Source: chapter 6, "Transforms and their Jacobians".
    """
    n = check_integer(n, "n")
    return Part("unit_interval", n, n, lambda u: np.exp(_log_sigmoid(u)), lambda x: np.log(x) - np.log1p(-x),
                lambda u: np.sum(_log_sigmoid(u) + _log_sigmoid(-u), axis=1),
                lambda x: ((x > 0) & (x < 1)).all())


def simplex(K):
    """K positive numbers that sum to one, by breaking a stick K - 1 times.

    Piece k is the share s_k = sigmoid(u_k - log(K - k)) of what is left (k = 1 ... K - 1), so that u = 0 is
    the uniform distribution. The density is over the first K - 1 entries, as that of Dirichlet is.
    Source: chapter 6, "Transforms and their Jacobians"; Stan's reference manual, version
    2.26, "Unit simplex".
    """
    K = check_integer(K, "K", minimum=2)
    shift = -np.log(np.arange(K - 1, 0, -1.0))
    edge = np.zeros((1, 1))

    def logs(u):
        """Logs of the shares taken and of what is left before each, (S, K - 1) and (S, K)."""
        taken, kept = _log_sigmoid(u + shift), _log_sigmoid(-u - shift)
        left = np.cumsum(kept, axis=1)
        return taken, np.concatenate([edge + 0 * u[:, :1], left], axis=1)

    def forward(u):
        taken, left = logs(u)
        return np.exp(np.concatenate([taken + left[:, :-1], left[:, -1:]], axis=1))

    def inverse(x):
        # what is left after a piece is the sum of the later ones: 1 minus the earlier would cancel
        rest = np.cumsum(x[:, :0:-1], axis=1)[:, ::-1]
        return np.log(x[:, :-1]) - np.log(rest) - shift

    def log_det(u):                                             # dx_k / du_k = left_k s_k (1 - s_k)
        taken, left = logs(u)
        return np.sum(taken + left[:, :-1] + _log_sigmoid(-u - shift), axis=1)

    return Part("simplex", K - 1, K, forward, inverse, log_det,
                lambda x: (x > 0).all() and np.allclose(x.sum(axis=1), 1, rtol=0, atol=1e-6))


def _log_sigmoid(u):
    return -np.logaddexp(0.0, -u)


def _split(array, parts, width):
    start = 0
    for part in parts:
        stop = start + getattr(part, width)
        yield part, array[:, start:stop]
        start = stop


def _forward(parts, u):
    return np.concatenate([part.forward(piece) for part, piece in _split(u, parts, "dim")], axis=1)


def _log_det(parts, u):
    total = 0.0
    for part, piece in _split(u, parts, "dim"):
        total = total + part.log_det(piece)
    return total


def _columns(value, name, width):
    array = check_finite(value, name, ndim=2)
    if array.shape[1] != width:
        _fail(name, f"an array with {width} columns", f"shape {array.shape}")
    return array
