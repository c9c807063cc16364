"""The Gaussian mixture's two updates, as matrix products.

Inside, points are columns z = L^-1 (x - centre), with L L^T the prior's inverse scale matrix: in these
coordinates the prior scale matrix W0 is the identity. An exponential family sees a point only through
its statistics phi = [z_i z_j for i <= j, z, 1], so with Phi (F, B) for a block of B points

    log rho = natural_parameters (K, F) @ Phi         sums = responsibilities (K, B) @ Phi^T

are all the work there is, for all components at once. A difference like sum z z^T - N m m^T cancels when
a component is narrow and far from the centre; its quadratic form and its statistics are then taken about
its own mean instead.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import digamma, gammaln

from varinf.distributions import Dirichlet, kl

_BLOCK = 1024  # points held at once: Phi for 10 features is then 0.5 MB, and stays in the cache
_TINIEST = -700.0  # log responsibilities stop here: subnormal numbers would halve the speed
_NARROW = 1e6  # trace(precision) |mean|^2 from which about six digits would be lost: take its own mean


class Frame(NamedTuple):
    """Coordinates z = whitener (x - centre); root whitener = I; log_det = log |whitener|."""

    centre: np.ndarray
    root: np.ndarray
    whitener: np.ndarray
    log_det: float


class Prior(NamedTuple):
    """In a Frame, where W0 is the identity."""

    n_components: int
    alpha: float
    beta: float
    mean: np.ndarray
    df: float


class Posterior(NamedTuple):
    """q(weights, means, precisions) in a Frame: Bishop's alpha_k, beta_k, m_k, nu_k, W_k^-1, and the inverse
    of the Cholesky factor of the last, so that W_k = whitener^T whitener."""

    alpha: np.ndarray
    beta: np.ndarray
    mean: np.ndarray
    df: np.ndarray
    inverse_scale: np.ndarray
    whitener: np.ndarray


class Statistics(NamedTuple):
    """Responsibility-weighted count (K,), mean (K, d) and scatter about that mean (K, d, d)."""

    count: np.ndarray
    mean: np.ndarray
    scatter: np.ndarray


class State(NamedTuple):
    """One sweep's results: q of the parameters, what q of the assignments says of the data, the bound."""

    posterior: Posterior
    statistics: Statistics
    bound: float


class Components(NamedTuple):
    """q in the units of the data, under the names of the estimator's attributes."""

    weight_concentration: np.ndarray
    mean_precision: np.ndarray
    means: np.ndarray
    degrees_of_freedom: np.ndarray
    covariances: np.ndarray


# --- Coordinates --------------------------------------------------------------------------------------


def make_frame(centre, covariance):
    root = np.linalg.cholesky(covariance)
    whitener = solve_triangular(root, np.eye(len(root)), lower=True)
    return Frame(centre, root, whitener, -np.log(np.diag(root)).sum())


def standardise(X, frame):
    """Columns z (d, n) of the rows of X (n, d)."""
    return frame.whitener @ (X - frame.centre).T


def standardised(X, frame):
    """Blocks of points: (rows, Z (d, B))."""
    for start in range(0, len(X), _BLOCK):
        rows = slice(start, start + _BLOCK)
        yield rows, standardise(X[rows], frame)


def variances(X, centre):
    """Variance of each column, over n, block by block."""
    squares = (((X[i : i + _BLOCK] - centre) ** 2).sum(axis=0) for i in range(0, len(X), _BLOCK))
    return sum(squares) / len(X)


def in_units(posterior, frame):
    """Components of q in the units of the data."""
    covariances = frame.root @ posterior.inverse_scale @ frame.root.T / posterior.df[:, None, None]
    means = frame.centre + posterior.mean @ frame.root.T
    return Components(posterior.alpha, posterior.beta, means, posterior.df, covariances)


# --- Update of q(weights, means, precisions) ----------------------------------------------------------


def update(prior, statistics):
    """Prior plus statistics: Bishop (2006), equations (10.58) and (10.60) to (10.63)."""
    N, mean, scatter = statistics
    beta, away = prior.beta + N, mean - prior.mean
    pull = (prior.beta * N / beta)[:, None, None] * away[:, :, None] * away[:, None, :]
    inverse_scale = np.eye(len(prior.mean)) + scatter + pull
    m = prior.mean + (N / beta)[:, None] * away
    try:
        whitener = np.linalg.inv(np.linalg.cholesky(inverse_scale))
    except np.linalg.LinAlgError:
        raise ArithmeticError(
            "A component's scale matrix is singular to rounding: covariance_prior is too small beside the "
            "spread of the data, or mean_prior too far from them.") from None
    return Posterior(prior.alpha + N, beta, m, prior.df + N, inverse_scale, whitener)


def blend(first, weight, second=None, second_weight=0.0):
    """Statistics of two samples whose points count `weight` and `second_weight` each."""
    second = first if second is None else second
    a, b = weight * first.count, second_weight * second.count
    count = a + b
    share = b / np.maximum(count, np.finfo(float).tiny)
    away = second.mean - first.mean
    between = (a * share)[:, None, None] * away[:, :, None] * away[:, None, :]
    scatter = weight * first.scatter + second_weight * second.scatter + between
    return Statistics(count, first.mean + share[:, None] * away, scatter)


def divergence(q, prior):
    """KL(q || prior) in nats: of the weights, of the means given the precisions, and of the precisions."""
    d = len(prior.mean)
    ratio, away = prior.beta / q.beta, np.einsum("kij,kj->ki", q.whitener, q.mean - prior.mean)
    of_means = d * (ratio - 1 - np.log(ratio)) + prior.beta * q.df * (away**2).sum(axis=1)
    half, half0 = _halves(q.df, d), _halves(prior.df, d)
    growth = (half - half0) * digamma(half) - gammaln(half) + gammaln(half0)
    of_precisions = q.df * ((q.whitener**2).sum(axis=(1, 2)) - d) - prior.df * _log_det(q)
    weights = kl(Dirichlet(q.alpha), Dirichlet(np.full(prior.n_components, prior.alpha)))
    return float(weights + (of_means / 2 + of_precisions / 2 + growth.sum(axis=-1)).sum())


def _log_det(q):
    """log |W_k|, (K,)."""
    return 2 * np.log(np.diagonal(q.whitener, axis1=1, axis2=2)).sum(axis=1)


def _halves(df, d):
    """The arguments of the gamma functions that make up the Wishart's."""
    return (np.asarray(df)[..., None] - np.arange(d)) / 2


# --- Update of q(assignments) -------------------------------------------------------------------------


def expected_log_weights(q):
    """E[log weight_k] + E[log |Lambda_k|] / 2 - d / (2 beta_k) - d log(2 pi) / 2, (K,): what log rho is at
    the component's mean. Bishop (2006), equations (10.46) and (10.64) to (10.66)."""
    d = q.mean.shape[1]
    log_precision = digamma(_halves(q.df, d)).sum(axis=1) + d * np.log(2) + _log_det(q)
    return Dirichlet(q.alpha).mean_log + 0.5 * (log_precision - d / q.beta - d * np.log(2 * np.pi))


def natural_parameters(q):
    """(K, F): log rho = natural_parameters @ Phi."""
    precision = q.df[:, None, None] * (np.swapaxes(q.whitener, 1, 2) @ q.whitener)
    slope = np.einsum("kij,kj->ki", precision, q.mean)
    constant = expected_log_weights(q) - 0.5 * (slope * q.mean).sum(axis=1)
    i, j = np.triu_indices(q.mean.shape[1])
    return np.hstack([np.where(i == j, -0.5, -1.0) * precision[:, i, j], slope, constant[:, None]])


def features(Z, out=None):
    """Phi (F, B) of Z (d, B): the products z_i z_j for i <= j, then z, then ones."""
    d, width = Z.shape
    Phi, row = np.empty((num_features(d), width)) if out is None else out, 0
    for i in range(d):
        np.multiply(Z[i], Z[i:], out=Phi[row : row + d - i])
        row += d - i
    Phi[row:-1], Phi[-1] = Z, 1
    return Phi


def num_features(d):
    return d * (d + 3) // 2 + 1


def narrow(precision_trace, mean):
    """Which components lose too much to cancellation."""
    return np.flatnonzero(precision_trace * (mean**2).sum(axis=1) > _NARROW)


def blocks(X, frame, q):
    """For each block: (rows, responsibilities (K, B), log sum_k rho_nk (B,) in the units of the data). The
    next block overwrites the responsibilities."""
    for rows, _, _, r, log_normaliser in _blocks(X, frame, q, _narrow_of(q)):
        yield rows, r, log_normaliser


def _narrow_of(q):
    return narrow(q.df * (q.whitener**2).sum(axis=(1, 2)), q.mean)


def _blocks(X, frame, q, careful):
    eta, peak = natural_parameters(q), expected_log_weights(q)
    width = min(len(X), _BLOCK)
    Phi_memory, rho_memory = np.empty((eta.shape[1], width)), np.empty((len(eta), width))  # fresh pages cost
    for rows, Z in standardised(X, frame):
        Phi = features(Z, out=Phi_memory[:, : Z.shape[1]])
        log_rho = np.matmul(eta, Phi, out=rho_memory[:, : Z.shape[1]])
        for k in careful:
            y = q.whitener[k] @ (Z - q.mean[k][:, None])
            log_rho[k] = peak[k] - 0.5 * q.df[k] * (y**2).sum(axis=0)
        top = log_rho.max(axis=0)
        log_rho -= top
        np.maximum(log_rho, _TINIEST, out=log_rho)
        r = np.exp(log_rho, out=log_rho)
        total = r.sum(axis=0)
        r /= total
        yield rows, Z, Phi, r, top + np.log(total) + frame.log_det


def assign(X, frame, q):
    """Statistics of the best responsibilities, and the sum over points of log sum_k rho_nk."""
    careful = _narrow_of(q)
    collect, log_normaliser = _Collector(q.mean, careful), 0.0
    for _, Z, Phi, r, part in _blocks(X, frame, q, careful):
        collect.add(Z, Phi, r)
        log_normaliser += part.sum()
    return collect.statistics(), log_normaliser


def statistics_of(X, frame, responsibilities, near):
    """Statistics of given responsibilities (rows, Z) -> (K, B). near (K, d): a guess at the means."""
    collect = _Collector(near, narrow(float(len(X)), near))
    for rows, Z in standardised(X, frame):
        collect.add(Z, features(Z), responsibilities(rows, Z))
    return collect.statistics()


def weighted_means(X, frame, responsibilities):
    """(K, d) of given responsibilities (n, K)."""
    total = sum(responsibilities[rows].T @ Z.T for rows, Z in standardised(X, frame))
    return total / np.maximum(responsibilities.sum(axis=0), np.finfo(float).tiny)[:, None]


class _Collector:
    """Sums of r Phi^T over blocks; for the components in `careful` about their own point of `near`."""

    def __init__(self, near, careful):
        K, d = near.shape
        self.careful, self.d = careful, d
        self.about = np.zeros((K, d))
        self.about[careful] = near[careful]
        self.sums = np.zeros((K, num_features(d)))

    def add(self, Z, Phi, r):
        block = r @ Phi.T
        for k in self.careful:
            block[k] = features(Z - self.about[k][:, None]) @ r[k]
        self.sums += block

    def statistics(self):
        d, count = self.d, self.sums[:, -1]
        i, j = np.triu_indices(d)
        squares = np.empty((len(count), d, d))
        squares[:, i, j] = squares[:, j, i] = self.sums[:, : len(i)]
        total = self.sums[:, len(i) : -1]
        offset = total / np.maximum(count, np.finfo(float).tiny)[:, None]
        return Statistics(count, self.about + offset, squares - total[:, :, None] * offset[:, None, :])


# --- Prediction ---------------------------------------------------------------------------------------


def student(Z, q):
    """(K, B): log of each component's weight times its Student t density at the columns of Z."""
    d = len(Z)
    df = q.df + 1 - d
    stretch = q.beta / (1 + q.beta)                             # the t's precision is df * stretch * W_k
    constant = np.log(q.alpha / q.alpha.sum()) + gammaln((df + d) / 2) - gammaln(df / 2)
    constant += 0.5 * (d * np.log(stretch / np.pi) + _log_det(q))
    rows = [((q.whitener[k] @ (Z - m[:, None])) ** 2).sum(axis=0) for k, m in enumerate(q.mean)]
    distance = stretch[:, None] * np.array(rows)
    return constant[:, None] - ((df + d) / 2)[:, None] * np.log1p(distance)
