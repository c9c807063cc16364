"""The eight distributions of the book, their entropies, and the KL divergence within each family.

Natural logarithms, so entropies and divergences are in nats. Parameters broadcast: leading axes make
a batch of distributions, and `log_prob`, `entropy`, the moments and `kl` return one value for each of
them. Everything is float64, or float32 when every array passed in is float32 (Python numbers adapt);
the work inside is always done in float64.

The usual formulas subtract numbers of the size of log Gamma(x), which is 1.7e9 at x = 1e8, to arrive
at answers of size 10. The ones here are the same formulas regrouped so that the large parts cancel
on paper. Two functions carry this: `_deviance`, for a log(a/y) + y - a, and `_rest`, for what
log Gamma(x) adds to x log x - x.

Sources: Bishop, *Pattern Recognition and Machine Learning* (2006), appendix B, for densities, moments
and entropies; Penny, *Kullback-Leibler Divergences of Normal, Gamma, Dirichlet and Wishart Densities*
(technical report, 2001), for the divergences; Loader, *Fast and Accurate Computation of Binomial
Probabilities* (2000), for the regrouping.
"""

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import digamma, entr, gammaln, roots_sh_jacobi, xlog1py, xlogy, zeta

from varinf._check import (
    _fail,
    check_distribution,
    check_finite,
    check_in_interval,
    check_integer,
    check_positive,
    check_positive_definite,
    check_rng,
    check_square,
)

_STIRLING = ((1, 1 / 12), (3, -1 / 360), (5, 1 / 1260), (7, -1 / 1680))
_NODES, _WEIGHTS = roots_sh_jacobi(8, 2, 1)  # Gauss quadrature on [0, 1] with weight 1 - s


# --- Stable pieces ------------------------------------------------------------------------------------


def _deviance(a, y, difference=None):
    """a log(a/y) + y - a, never negative: zero at y = a, y at a = 0, inf at y = 0 < a.

    Near y = a the terms cancel to second order, so there the logarithm is replaced by its series in
    u = (y - a)/(y + a). A caller who knows y - a better than by subtraction passes it.
    """
    a, y, difference = np.broadcast_arrays(a, y, y - a if difference is None else difference)
    with np.errstate(divide="ignore", invalid="ignore"):
        u = np.where(a + y > 0, difference / (a + y), 0.0)
        far = np.where(a > 0, a * (np.log(a) - np.log(y)), 0.0) + (y - a)
    w = u * u
    near = u * (difference - 2 * a * w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w / 9))))
    return np.where(np.abs(u) < 0.02, near, np.where(y < np.inf, far, np.inf))  # a y that overflowed


def _rest(x, order=0, shift=0.0):
    """log Gamma(x - shift) - x log x + x; with order 1 or 2 its first derivative, or its second times
    (x - shift)^2, which is about 1/2 for large x and about 1 for small.

    From 16 on it is Stirling's series (https://dlmf.nist.gov/5.11.E1), accurate to about 1e-12 of
    the value. `shift` is for the Wishart's multivariate gamma function, a product over shifts.
    """
    z = x - shift
    low, inverse = np.minimum(z, 16.0), 1 / np.maximum(z, 16.0)
    if order == 0:
        direct = gammaln(low) - low * np.log(low) + low
        series = 0.5 * np.log(2 * np.pi * inverse) + sum(c * inverse**m for m, c in _STIRLING)
        shifting = x * np.log1p(-shift / x) - shift * np.log(z) + shift
    elif order == 1:
        direct = digamma(low) - np.log(low)
        series = -0.5 * inverse - sum(m * c * inverse ** (m + 1) for m, c in _STIRLING)
        shifting = np.log1p(-shift / x)
    else:
        direct = 1 + low**2 * zeta(2.0, 1 + low) - low  # zeta(2, x) = 1/x^2 + zeta(2, 1 + x)
        series = 0.5 + sum(m * (m + 1) * c * inverse**m for m, c in _STIRLING)
        shifting = shift * (z / x)
    return np.where(z < 16, direct, series) + shifting


def _rest_gap(p, q, difference, shift=0.0):
    """rest(p) - rest(q) - (p - q) rest'(q), never negative, with difference = p - q.

    When p is near q the three terms cancel to second order; there the gap is the integral of
    difference^2 (1 - s) rest''(q + s difference) over s from 0 to 1, by Gauss quadrature.
    """
    p, q, difference, shift = np.broadcast_arrays(p, q, difference, shift)
    near = np.abs(difference) < 0.5 * (q - shift)
    gap = np.empty(near.shape)
    q0, d, s = (array[near][:, None] for array in (q, difference, shift))
    path = q0 + d * _NODES
    gap[near] = ((d / (path - s)) ** 2 * _rest(path, 2, s)) @ _WEIGHTS
    p, q, d, s = (array[~near] for array in (p, q, difference, shift))
    gap[~near] = _rest(p, 0, s) - _rest(q, 0, s) - d * _rest(q, 1, s)
    return gap


def _log_kernel(a, b, x):
    """(a - 1) log x - b x + a - a log(a/b), a gamma density's logarithm plus rest(a). At x = 0 it is
    inf, finite or -inf as a is below, at or above one; outside the support it is -inf."""
    inside = np.maximum(x, 0.0)
    near = np.abs(b * inside - a) < 0.04 * a
    mode = -_deviance(a, b * inside) - np.log(np.where(near, inside, 1.0))
    tail = xlogy(a - 1, inside) - (b * inside - a) - a * np.log(a / b)
    return np.where(x < 0, -np.inf, np.where(near, mode, tail))


def _others(a):
    """Sum of the other entries along the last axis. Subtracting from the total would lose a small
    entry beside a large one."""
    before, after = np.zeros_like(a), np.zeros_like(a)
    before[..., 1:] = np.cumsum(a[..., :-1], axis=-1)
    after[..., :-1] = np.cumsum(a[..., :0:-1], axis=-1)[..., ::-1]
    return before + after


def _share_variance(a, others):
    total = a + others
    return (a / total) * (others / total) / (total + 1)


def _share_mean_log(a, others):
    return _rest(a, 1) - _rest(a + others, 1) - np.log1p(others / a)


def _outer(vectors):
    return vectors[..., :, None] * vectors[..., None, :]


def _times(matrix, vectors):
    return np.einsum("...ij,...j->...i", matrix, vectors)


def _factors(matrix, name):
    """The lower Cholesky factor, its inverse and the log determinant. They are kept as given, not
    broadcast, so that a matrix shared by a batch is factored once."""
    _, cholesky = check_positive_definite(matrix.astype(np.float64), name)
    log_det = 2 * np.log(np.diagonal(cholesky, axis1=-2, axis2=-1)).sum(-1)
    return {"_cholesky": cholesky, "_whitener": np.linalg.inv(cholesky), "_log_det": log_det}


def _relative_eigenvalues(q, p):
    """Eigenvalues of p^-1 q in ascending order, and each minus one. Two decompositions: the factors
    keep the smallest eigenvalues accurate, the difference of the matrices those near one."""
    eigenvalues = np.linalg.svd(p._whitener @ q._cholesky, compute_uv=False)[..., ::-1] ** 2
    difference = p._whitener @ (q._parameters[1] - p._parameters[1]) @ np.swapaxes(p._whitener, -1, -2)
    return eigenvalues, np.linalg.eigvalsh(difference)


# --- What the families share --------------------------------------------------------------------------


def _joint_batch(names, *batches):
    try:
        return np.broadcast_shapes(*batches)
    except ValueError:
        _fail(names, "of shapes that broadcast", "leading axes " + " and ".join(map(str, batches)))


def _dtypes(value, array):
    """The array's dtype, or nothing when `value` is a Python number, which adapts."""
    return set() if isinstance(value, (int, float)) and not isinstance(value, np.generic) else {array.dtype}


def _cast(value, shape, dtypes):
    """A fresh array, or a NumPy number; float32 if every array passed in was."""
    dtype = np.float32 if dtypes == {np.dtype(np.float32)} else np.float64
    return np.array(np.broadcast_to(value, shape), dtype)[()]


def _moment(doc, formula):
    """A property: the formula at the parameters."""

    def moment(self):
        with np.errstate(over="ignore"):  # beyond the largest float is inf
            value = formula(*self._parameters)
            return _cast(value, value.shape, self._dtypes)

    return property(moment, doc=doc)


class _Distribution:
    """Checks, broadcasting and precision. Each family adds its own mathematics, in float64."""

    _discrete = False

    def _store(self, *arrays, event=()):
        """Broadcast the checked parameters against each other and keep read-only copies."""
        names, dtypes = [field.name for field in fields(self)], set()
        splits = [array.ndim - axes for array, axes in zip(arrays, self._axes)]
        batch = _joint_batch(" and ".join(names), *(array.shape[:n] for array, n in zip(arrays, splits)))
        full = [np.broadcast_to(array.copy(), batch + array.shape[n:]) for array, n in zip(arrays, splits)]
        for name, array in zip(names, full):
            dtypes |= _dtypes(getattr(self, name), array)
            object.__setattr__(self, name, array[()])
        self._keep(_parameters=[array.astype(np.float64, copy=False) for array in full])
        self._keep(_batch=batch, _event=event, _dtypes=dtypes)

    def _keep(self, **values):
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the way round a frozen dataclass

    def log_prob(self, x):
        """Log density, or log mass for Categorical and Bernoulli, in nats.

        x : points, of shape (..., *event), whose leading axes broadcast with the batch.

        Returns the broadcast of those axes; -inf outside the support, and inf where the density has
        a pole. Raises ValueError if x is empty, not numeric, NaN or infinite, or does not fit.
        """
        points = check_finite(x, "x")
        split = points.ndim - len(self._event)
        if split < 0 or points.shape[split:] != self._event:
            _fail("x", f"of shape (..., {', '.join(map(str, self._event))})", f"shape {points.shape}")
        shape = _joint_batch("x and the parameters", points.shape[:split], self._batch)
        dtypes = self._dtypes | (set() if self._discrete else _dtypes(x, points))
        with np.errstate(over="ignore"):
            return _cast(self._log_prob(points.astype(np.float64)), shape, dtypes)

    def entropy(self):
        """Entropy in nats, of the batch's shape: differential for densities, so it may be negative."""
        return _cast(self._entropy(), self._batch, self._dtypes)

    def sample(self, rng, size=()):
        """Independent draws, of shape (*size, *batch, *event); whole numbers for Categorical (labels)
        and Bernoulli.

        rng  : a numpy.random.Generator.
        size : a positive int or a tuple of them; by default one draw.

        Raises ValueError if rng or size is something else.
        """
        check_rng(rng)
        size = tuple(size) if isinstance(size, (tuple, list)) else (size,)
        draws = self._sample(rng, tuple(check_integer(n, "size") for n in size) + self._batch)
        return draws[()] if self._discrete else _cast(draws, np.shape(draws), self._dtypes)


def kl(q, p):
    """KL(q || p) = E_q[log q(x) - log p(x)] in nats, in closed form.

    q, p : two distributions of the same family, whose batches broadcast.

    Returns the broadcast batch's shape. It is never negative, 0 where q equals p, and inf where a
    Categorical or Bernoulli q puts mass on what p excludes (0 log 0 is 0). Close parameters lose no
    digits. Raises ValueError if q and p are not distributions of one family or do not fit each other.
    Source: chapter 2, "The table"; Penny (2001), regrouped.
    """
    if type(q) is not type(p) or not isinstance(q, _Distribution):
        _fail("q and p", "two distributions of one family", f"{type(q).__name__} and {type(p).__name__}")
    cores = [d._parameters[-1].shape[len(d._batch) :] for d in (q, p)]
    if cores[0] != cores[1]:
        _fail("q and p", "of the same dimension", f"parameters of shape {cores[0]} and {cores[1]}")
    batch = _joint_batch("q and p", q._batch, p._batch)
    with np.errstate(over="ignore"):
        return _cast(q._kl(p), batch, q._dtypes | p._dtypes)


# --- The families -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Normal(_Distribution):
    """Normal distribution on the real line.

    loc   : mean, any shape.
    scale : standard deviation (not variance), in the units of x, any shape that broadcasts.

    Raises ValueError if loc is not finite or scale not positive.
    Source: appendix "Distributions", "Normal"; Bishop (2006), appendix B.
    """

    loc: np.ndarray
    scale: np.ndarray
    _axes = (0, 0)

    def __post_init__(self):
        self._store(check_finite(self.loc, "loc"), check_positive(self.scale, "scale"))

    mean = _moment("E[x] = loc.", lambda loc, scale: loc)
    variance = _moment("Var[x] = scale^2.", lambda loc, scale: scale**2)
    precision = _moment("1 / variance.", lambda loc, scale: 1 / scale**2)

    def _log_prob(self, x):
        loc, scale = self._parameters
        return -0.5 * ((x - loc) / scale) ** 2 - np.log(scale) - 0.5 * np.log(2 * np.pi)

    def _entropy(self):
        return np.log(self._parameters[1]) + 0.5 * np.log(2 * np.pi * np.e)

    def _sample(self, rng, shape):
        return rng.normal(*self._parameters, size=shape)

    def _kl(self, p):
        (loc, scale), (p_loc, p_scale) = self._parameters, p._parameters
        change = (scale - p_scale) / p_scale  # (r^2 - 1)/2 - log r = (r - 1 - log r) + (r - 1)^2 / 2
        return _deviance(1.0, scale / p_scale, change) + 0.5 * (change**2 + ((loc - p_loc) / p_scale) ** 2)


@dataclass(frozen=True, eq=False)
class MultivariateNormal(_Distribution):
    """Normal distribution on vectors of length d.

    loc        : mean, (..., d).
    covariance : covariance matrix, symmetric positive definite, (..., d, d).

    Raises ValueError if loc is not finite, covariance is not symmetric positive definite, or their
    shapes do not fit.
    Source: appendix "Distributions", "Multivariate normal"; Bishop (2006), appendix B.
    """

    loc: np.ndarray
    covariance: np.ndarray
    _axes = (1, 2)

    def __post_init__(self):
        loc = check_finite(self.loc, "loc")
        covariance = check_square(self.covariance, "covariance")
        d = covariance.shape[-1]
        if loc.ndim < 1 or loc.shape[-1] != d:
            _fail("loc", f"of shape (..., {d}), to fit covariance", f"shape {loc.shape}")
        self._keep(**_factors(covariance, "covariance"))
        self._store(loc, covariance, event=(d,))

    mean = _moment("E[x] = loc, (..., d).", lambda loc, cov: loc)
    variance = _moment("Var[x_i], (..., d).", lambda loc, cov: np.diagonal(cov, axis1=-2, axis2=-1))

    def _log_prob(self, x):
        z = _times(self._whitener, x - self._parameters[0])
        return -0.5 * ((z**2).sum(-1) + self._log_det + self._event[0] * np.log(2 * np.pi))

    def _entropy(self):
        return 0.5 * (self._log_det + self._event[0] * np.log(2 * np.pi * np.e))

    def _sample(self, rng, shape):
        return self._parameters[0] + _times(self._cholesky, rng.standard_normal(shape + self._event))

    def _kl(self, p):
        eigenvalues, change = _relative_eigenvalues(self, p)
        z = _times(p._whitener, self._parameters[0] - p._parameters[0])
        return 0.5 * (_deviance(1.0, eigenvalues, change) + z**2).sum(-1)


@dataclass(frozen=True, eq=False)
class Gamma(_Distribution):
    """Gamma distribution on the positive reals, with density proportional to x^(a - 1) exp(-b x).

    concentration : shape parameter a, positive, any shape.
    rate          : inverse scale b, positive, in the inverse units of x, any shape that broadcasts.

    Samples underflow to zero when the concentration is small: half of them at about 1e-3, nearly all
    at 1e-8. Raises ValueError if a parameter is not positive and finite.
    Source: appendix "Distributions", "Gamma"; Bishop (2006), appendix B.
    """

    concentration: np.ndarray
    rate: np.ndarray
    _axes = (0, 0)

    def __post_init__(self):
        self._store(check_positive(self.concentration, "concentration"), check_positive(self.rate, "rate"))

    mean = _moment("E[x] = a / b.", lambda a, b: a / b)
    variance = _moment("Var[x] = a / b^2.", lambda a, b: a / b**2)
    mean_log = _moment("E[log x] = digamma(a) - log b.", lambda a, b: np.log(a / b) + _rest(a, 1))

    def _log_prob(self, x):
        a, b = self._parameters
        return _log_kernel(a, b, x) - _rest(a)

    def _entropy(self):
        a, b = self._parameters
        return np.log(a / b) + _rest(a) + (1 - a) * _rest(a, 1)

    def _sample(self, rng, shape):
        return rng.standard_gamma(self._parameters[0], size=shape) / self._parameters[1]

    def _kl(self, p):
        (a, b), (pa, pb) = self._parameters, p._parameters
        return _deviance(pa, a * (pb / b), (a - pa) + a * ((pb - b) / b)) + _rest_gap(pa, a, pa - a)


@dataclass(frozen=True, eq=False)
class Dirichlet(_Distribution):
    """Dirichlet distribution on K probabilities that sum to one.

    concentration : pseudo-counts of the K outcomes, positive, (..., K).

    A point is in the support of `log_prob` if its entries are non-negative and sum to one to 1e-6;
    where one factor of the density is zero and another infinite, the answer is -inf. Samples are
    never NaN, but entries underflow to zero when a concentration is small: at 1e-6 nearly every
    sample is a one among zeros. Raises ValueError if concentration is a single number, or not
    positive and finite.
    Source: appendix "Distributions", "Dirichlet"; Bishop (2006), appendix B.
    """

    concentration: np.ndarray
    _axes = (1,)

    def __post_init__(self):
        concentration = check_positive(self.concentration, "concentration")
        if concentration.ndim == 0:
            _fail("concentration", "of shape (..., K)", "a single number")
        self._store(concentration, event=concentration.shape[-1:])

    mean = _moment("E[x_k] = concentration_k / total, (..., K).", lambda a: a / a.sum(-1, keepdims=True))
    variance = _moment(
        "Var[x_k] = m_k (1 - m_k) / (total + 1) with m the mean, (..., K).",
        lambda a: _share_variance(a, _others(a)),
    )
    mean_log = _moment(
        "E[log x_k] = digamma(concentration_k) - digamma(total), (..., K).",
        lambda a: _share_mean_log(a, _others(a)),
    )
    covariance = _moment(
        "Cov[x_j, x_k] = (m_k [j = k] - m_j m_k) / (total + 1), (..., K, K).",
        lambda a: np.where(
            np.eye(a.shape[-1], dtype=bool),
            _share_variance(a, _others(a))[..., None],
            -_outer(a / a.sum(-1, keepdims=True)) / (a.sum(-1)[..., None, None] + 1),
        ),
    )

    def _log_prob(self, x):
        a, total = self._parameters[0], self._parameters[0].sum(-1, keepdims=True)
        factors = _log_kernel(a, total, x) - _rest(a)
        outside = (factors == -np.inf).any(-1) | (np.abs(x.sum(-1) - 1) > 1e-6)
        return np.where(outside[..., None], -np.inf, factors).sum(-1) + _rest(total[..., 0])

    def _entropy(self):
        a, total = self._parameters[0], self._parameters[0].sum(-1)
        terms = _share_mean_log(a, _others(a)) + _rest(a) - a * _rest(a, 1)
        return terms.sum(-1) - _rest(total) + total * _rest(total, 1)

    def _sample(self, rng, shape):
        # a Gamma(a) draw is a Gamma(a + 1) draw times u^(1/a), whose logarithm never underflows
        a, shape = self._parameters[0], shape + self._event
        logs = np.log(rng.standard_gamma(a + 1, size=shape)) - rng.standard_exponential(shape) / a
        weights = np.exp(logs - logs.max(-1, keepdims=True))
        return weights / weights.sum(-1, keepdims=True)

    def _kl(self, p):
        a, pa = self._parameters[0], p._parameters[0]
        total, p_total = a.sum(-1, keepdims=True), pa.sum(-1, keepdims=True)
        growth = (pa - a).sum(-1, keepdims=True)
        shares = _deviance(pa, a * (p_total / total), (a - pa) + a * (growth / total))
        return (shares + _rest_gap(pa, a, pa - a)).sum(-1) - _rest_gap(p_total, total, growth)[..., 0]


@dataclass(frozen=True, eq=False)
class Beta(_Distribution):
    """Beta distribution on [0, 1], with density proportional to x^(a - 1) (1 - x)^(b - 1): the share
    of the first of a Dirichlet's two outcomes.

    a : pseudo-count of successes, positive, any shape.
    b : pseudo-count of failures, positive, any shape that broadcasts.

    Samples underflow to 0, or round to 1, when a or b is small: at 1e-8 nearly all of them. Raises
    ValueError if a parameter is not positive and finite.
    Source: appendix "Distributions", "Beta"; Bishop (2006), appendix B.
    """

    a: np.ndarray
    b: np.ndarray
    _axes = (0, 0)

    def __post_init__(self):
        self._store(check_positive(self.a, "a"), check_positive(self.b, "b"))
        self._keep(_dirichlet=Dirichlet(np.stack(self._parameters, axis=-1)))

    mean = _moment("E[x] = a / (a + b).", lambda a, b: a / (a + b))
    variance = _moment("Var[x] = a b / ((a + b)^2 (a + b + 1)).", _share_variance)
    mean_log = _moment(
        "E[log x] = digamma(a) - digamma(a + b); Beta(b, a).mean_log is E[log(1 - x)].",
        _share_mean_log,
    )

    def _log_prob(self, x):
        return self._dirichlet._log_prob(np.stack([x, 1 - x], axis=-1))

    def _entropy(self):
        return self._dirichlet._entropy()

    def _sample(self, rng, shape):
        return rng.beta(*self._parameters, size=shape)

    def _kl(self, p):
        return self._dirichlet._kl(p._dirichlet)


@dataclass(frozen=True, eq=False)
class Wishart(_Distribution):
    """Wishart distribution on symmetric positive-definite d x d matrices, with mean df * scale_matrix.

    df           : degrees of freedom, above d - 1, (...).
    scale_matrix : symmetric positive definite, (..., d, d).

    A point is in the support of `log_prob` if it is symmetric (to a relative 1e-6) and positive
    definite. Samples may be singular to the last digit when df is close to d - 1. Raises ValueError
    if df is not above d - 1 or scale_matrix is not symmetric positive definite.
    Source: appendix "Distributions", "Wishart"; Bishop (2006), appendix B; samples by the decomposition of
    Bartlett (1933), "On the theory of statistical regression".
    """

    df: np.ndarray
    scale_matrix: np.ndarray
    _axes = (0, 2)

    def __post_init__(self):
        df = check_positive(self.df, "df")
        scale_matrix = check_square(self.scale_matrix, "scale_matrix")
        self._keep(**_factors(scale_matrix, "scale_matrix"))
        d = scale_matrix.shape[-1]
        if (df <= d - 1).any():
            _fail("df", f"above d - 1 = {d - 1}", f"a minimum of {df.min()}")
        self._store(df, scale_matrix, event=(d, d))
        # the multivariate gamma function is a product of Gamma(df/2 - shift) over these shifts
        self._keep(_half=self._parameters[0][..., None] / 2, _shifts=np.arange(d) / 2)

    mean = _moment("E[X] = df * scale_matrix, (..., d, d).", lambda df, v: df[..., None, None] * v)
    variance = _moment(
        "Var[X_ij] = df (V_ij^2 + V_ii V_jj) with V the scale matrix, (..., d, d).",
        lambda df, v: df[..., None, None] * (v**2 + _outer(np.diagonal(v, axis1=-2, axis2=-1))),
    )

    @property
    def mean_logdet(self):
        """E[log |X|] = sum_i digamma((df + 1 - i) / 2) + d log 2 + log |scale_matrix|, (...)."""
        return _cast(self._mean_logdet(), self._batch, self._dtypes)

    def _mean_logdet(self):
        return (np.log(2 * self._half) + _rest(self._half, 1, self._shifts)).sum(-1) + self._log_det

    def _log_prob(self, x):
        transposed, d = np.swapaxes(x, -1, -2), self._event[0]
        symmetric = (np.abs(x - transposed) <= 1e-6 * np.abs(x).max((-1, -2), keepdims=True)).all((-1, -2))
        eigenvalues = np.linalg.eigvalsh(self._whitener @ x @ np.swapaxes(self._whitener, -1, -2))
        inside = symmetric & (eigenvalues > 0).all(-1)
        eigenvalues = np.where(inside[..., None], eigenvalues, 1.0)
        log_det = np.log(eigenvalues).sum(-1) + self._log_det
        value = -_deviance(self._half, eigenvalues / 2).sum(-1) - (d + 1) / 2 * log_det
        return np.where(inside, value - self._log_normalizer(), -np.inf)

    def _log_normalizer(self):
        d = self._event[0]
        return _rest(self._half, 0, self._shifts).sum(-1) + d * (d - 1) / 4 * np.log(np.pi)

    def _entropy(self):
        slopes = (self._half * _rest(self._half, 1, self._shifts)).sum(-1)
        return (self._event[0] + 1) / 2 * self._mean_logdet() + self._log_normalizer() - slopes

    def _sample(self, rng, shape):
        factor = np.tril(rng.standard_normal(shape + self._event), -1)
        chi_square = 2 * rng.standard_gamma(self._half - self._shifts, size=shape + self._event[:1])
        factor = self._cholesky @ (factor + np.sqrt(chi_square)[..., None] * np.eye(self._event[0]))
        return factor @ np.swapaxes(factor, -1, -2)

    def _kl(self, p):
        eigenvalues, change = _relative_eigenvalues(self, p)
        half, growth = self._half, p._half - self._half
        terms = _deviance(p._half, half * eigenvalues, half * change - growth)
        return (terms + _rest_gap(p._half, half, growth, self._shifts)).sum(-1)


@dataclass(frozen=True, eq=False)
class Categorical(_Distribution):
    """Categorical distribution on the labels 0, ..., K - 1.

    probs : non-negative, summing to one along the last axis, (..., K); zeros allowed.

    `log_prob` and `sample` speak of labels; the moments are those of the one-hot vector. Raises
    ValueError if probs is negative or does not sum to one (to 1e-6; to 1e-4 in float32).
    Source: appendix "Distributions", "Categorical"; Bishop (2006), appendix B (there the multinomial with one
    draw).
    """

    probs: np.ndarray
    _axes = (1,)
    _discrete = True

    def __post_init__(self):
        self._store(check_distribution(self.probs, "probs"))

    mean = _moment("E[one-hot x] = probs, (..., K).", lambda p: p)
    variance = _moment("Var[one-hot x] = probs (1 - probs), (..., K).", lambda p: p * (1 - p))
    covariance = _moment(
        "Cov[one-hot x] = diag(probs) - probs probs^T, (..., K, K).",
        lambda p: np.eye(p.shape[-1]) * p[..., None] - _outer(p),
    )

    def _log_prob(self, x):
        p = self._parameters[0]
        inside = (x >= 0) & (x < p.shape[-1]) & (x == np.floor(x))
        shape = np.broadcast_shapes(x.shape, self._batch)
        labels = np.broadcast_to(np.where(inside, x, 0).astype(int), shape)[..., None]
        chosen = np.take_along_axis(np.broadcast_to(p, shape + p.shape[-1:]), labels, axis=-1)[..., 0]
        with np.errstate(divide="ignore"):
            return np.where(inside, np.log(chosen), -np.inf)

    def _entropy(self):
        return entr(self._parameters[0]).sum(-1)

    def _sample(self, rng, shape):
        edges = np.cumsum(self._parameters[0], axis=-1)
        edges /= edges[..., -1:]  # so that the last edge is 1, above every uniform draw
        if edges.ndim == 1:
            return np.asarray(np.searchsorted(edges, rng.random(shape), side="right"))
        return (rng.random(shape)[..., None] >= edges).sum(-1)

    def _kl(self, p):  # sum q log(q/p) + p - q: rounding in the two totals drops out
        return _deviance(self._parameters[0], p._parameters[0]).sum(-1)


@dataclass(frozen=True, eq=False)
class Bernoulli(_Distribution):
    """Bernoulli distribution on 0 and 1.

    probs : probability of a 1, between 0 and 1 inclusive, any shape.

    Raises ValueError if probs is outside [0, 1].
    Source: appendix "Distributions", "Bernoulli"; Bishop (2006), appendix B.
    """

    probs: np.ndarray
    _axes = (0,)
    _discrete = True

    def __post_init__(self):
        self._store(check_in_interval(self.probs, "probs", 0, 1))

    mean = _moment("E[x] = probs.", lambda p: p)
    variance = _moment("Var[x] = probs (1 - probs).", lambda p: p * (1 - p))

    def _log_prob(self, x):
        p = self._parameters[0]
        with np.errstate(divide="ignore"):
            return np.select([x == 1, x == 0], [np.log(p), np.log1p(-p)], -np.inf)

    def _entropy(self):
        p = self._parameters[0]
        return entr(p) - xlog1py(1 - p, -p)

    def _sample(self, rng, shape):
        return np.asarray(rng.random(shape) < self._parameters[0]).astype(int)

    def _kl(self, p):
        q, p = self._parameters[0], p._parameters[0]
        return _deviance(q, p) + _deviance(1 - q, 1 - p, q - p)
