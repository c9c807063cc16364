"""Mean field for linear regression with unknown precisions: Bayesian relevance determination."""

from typing import NamedTuple

import numpy as np
from scipy.linalg import qr, solve_triangular
from scipy.special import digamma

from varinf._ascent import check_tolerance, coordinate_ascent
from varinf._check import _fail, check_finite, check_fitted
from varinf.distributions import Gamma, MultivariateNormal, kl

_SMALLEST = 1e-3  # eigenvalue of the columns' correlations from which squaring loses at most three digits
_LARGEST = 1e7  # trace of a precision that is factored by Cholesky; beyond it, seven digits are lost


class BayesianLinearRegression:
    """Linear regression whose precisions are learned: q(w, alpha, beta) = q(w) q(alpha) q(beta).

    Model: y_n ~ N(w . phi_n, 1 / beta), w_d ~ N(0, 1 / alpha_d), alpha_d ~ Gamma(a0, rate b0),
    beta ~ Gamma(c0, rate d0). No intercept is added: put a column of ones into Phi for one.

    relevance : True, a precision alpha_d for each weight, so that weights the data do not need are driven to
        zero (relevance determination); False, one precision for all.
    a0, b0, c0, d0 : positive. max_iter, tol : as in `coordinate_ascent`. Stored, and checked by `fit`.

    Learned: q(w) = N(coef_ (D,), covariance_ (D, D)); q(alpha_d) = Gamma(a_, rate b_), (D,) or (1,);
    q(beta) = Gamma(c_, rate d_); the means alpha_ = a_ / b_ and beta_ = c_ / d_; as distributions `q_w`,
    `q_alpha`, `q_beta`. And `elbo_`, `converged_`, `n_iter_`.
    Source: chapter 4, "Linear regression with relevance determination"; Bishop (2006), section 10.3, for one
    alpha and known beta; Bishop and Tipping (2000), "Variational relevance vector machines", for all.
    """

    def __init__(self, *, relevance=True, a0=1e-6, b0=1e-6, c0=1e-6, d0=1e-6, max_iter=1000, tol=1e-3):
        self.relevance, self.max_iter, self.tol = relevance, max_iter, tol
        self.a0, self.b0, self.c0, self.d0 = a0, b0, c0, d0

    def fit(self, Phi, y, *, callback=None):
        """Fit q to Phi (N, D), one row of features a datum, and y (N,); return self.

        Any N >= 1 and D >= 1. Starts at E[alpha] = a0 / b0 and E[beta] = c0 / d0; a sweep updates q(w),
        q(alpha), q(beta), in time D^3 whatever N is.
        callback : as in `coordinate_ascent`; the state is (weights, b, d), where weights.mean is coef_.

        Raises ValueError for invalid arguments; warns with ConvergenceWarning.
        """
        a0, b0, c0, d0 = (check_tolerance(getattr(self, name), name) for name in ("a0", "b0", "c0", "d0"))
        if not isinstance(self.relevance, (bool, np.bool_)):
            _fail("relevance", "True or False", repr(self.relevance))
        Phi, y, dtype = _check_data(Phi, y)
        n, dim = Phi.shape
        groups = dim if self.relevance else 1
        size = dim / groups                                     # weights that share a precision
        a, c = a0 + size / 2, c0 + n / 2                        # the shapes of q(alpha) and q(beta) are fixed
        Phi, y, rest = _compress(Phi, y)
        gram = Phi.T @ Phi
        # KL(Gamma(a, b) || Gamma(a0, b0)) is this for b = b0, and rate_kl more for another b
        shape_kl = groups * kl(Gamma(a, 1.0), Gamma(a0, 1.0)) + kl(Gamma(c, 1.0), Gamma(c0, 1.0))

        def update_w(state):
            _, b, d = state
            return _q_w(Phi, y, gram, np.broadcast_to(a / b, dim), c / d), b, d

        def squares(w):                                         # E[w_d^2], summed over each group
            return w.squares.reshape(groups, -1).sum(axis=1)

        def update_alpha(state):
            w, _, d = state
            return w, b0 + squares(w) / 2, d

        def update_beta(state):
            w, b, _ = state
            return w, b, d0 + (rest + w.misfit) / 2

        def rate_kl(a, b, a0, b0):
            return a0 * np.log(b / b0) + a * (b0 / b - 1)

        def elbo(state):
            w, b, d = state
            log_alpha, log_beta = digamma(a) - np.log(b), digamma(c) - np.log(d)
            log_likelihood = (n * (log_beta - np.log(2 * np.pi)) - c / d * (rest + w.misfit)) / 2
            log_prior = (size * log_alpha - a / b * squares(w)).sum() / 2 - dim / 2 * np.log(2 * np.pi)
            divergence = shape_kl + rate_kl(a, b, a0, b0).sum() + rate_kl(c, d, c0, d0)
            return log_likelihood + log_prior + w.entropy - divergence

        ascent = coordinate_ascent(
            [update_w, update_alpha, update_beta], elbo, (None, np.full(groups, a * b0 / a0), c * d0 / c0),
            max_iter=self.max_iter, tol=self.tol, callback=callback,
            rounding=1e-7)                                      # the misfit is known to the rounding of y
        w, b, d = ascent.state
        self.coef_, self.covariance_ = w.mean.astype(dtype), (w.root @ w.root.T).astype(dtype)
        self._root = w.root                                     # predictions from covariance_ may cancel
        self.a_, self.b_, self.alpha_ = np.full(groups, a, dtype), b.astype(dtype), (a / b).astype(dtype)
        self.c_, self.d_, self.beta_ = dtype(c), dtype(d), dtype(c / d)
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        return self

    def predict(self, Phi, return_std=False):
        """Mean (M,) of new observations at Phi (M, D); with return_std also their standard deviations (M,).

        The deviation includes the noise and is exact under q: its square is E[1 / beta] + phi^T covariance_
        phi, with E[1 / beta] = d_ / (c_ - 1). It is inf while c_ <= 1, as with a single
        observation. Raises ValueError before `fit`, or for a Phi that is not finite or does not fit.
        """
        check_fitted(self, "coef_")
        Phi = check_finite(Phi, "Phi", ndim=2)
        if Phi.shape[1] != len(self.coef_):
            _fail("Phi", f"an array with {len(self.coef_)} columns, as in fit", f"shape {Phi.shape}")
        mean = Phi @ self.coef_
        if not return_std:
            return mean
        noise = self.d_ / (self.c_ - 1) if self.c_ > 1 else np.inf
        return mean, np.sqrt(noise + ((Phi @ self._root) ** 2).sum(axis=1)).astype(mean.dtype)

    @property
    def q_w(self):
        """q(w), a MultivariateNormal."""
        check_fitted(self, "coef_")
        return MultivariateNormal(self.coef_, self.covariance_)

    @property
    def q_alpha(self):
        """q(alpha), a Gamma for each precision."""
        check_fitted(self, "coef_")
        return Gamma(self.a_, self.b_)

    @property
    def q_beta(self):
        """q(beta), a Gamma."""
        check_fitted(self, "coef_")
        return Gamma(self.c_, self.d_)


class _Weights(NamedTuple):
    """q(w) = N(mean, root root^T), with what the other updates need of it."""

    mean: np.ndarray
    root: np.ndarray
    squares: np.ndarray  # E[w_d^2], (D,)
    misfit: float        # E |y - Phi w|^2
    entropy: float


def _q_w(Phi, y, gram, alpha, beta):
    """log q(w) = E[log p(y, w | alpha, beta)] + const, a normal with precision beta Phi^T Phi + diag(alpha).

    In units of the prior deviation of each weight the precision is I + beta * gram: well conditioned, and a
    Cholesky factor will do, unless the data outweigh the prior by a factor of millions. Then an orthogonal
    factorisation gives the same triangle R, R^T R = precision, from a matrix with the root of that
    condition number; it takes about five times as long. `hat` hat^T is the hat matrix.
    """
    unit, dim = alpha**-0.5, len(alpha)
    identity, inverse = np.eye(dim), np.empty((dim, dim))
    scaled = np.sqrt(beta) * Phi * unit
    precision = identity + beta * unit[:, None] * gram * unit
    if np.trace(precision) < _LARGEST:
        R = np.linalg.cholesky(precision).T
        inverse[:] = solve_triangular(R, identity, check_finite=False)
        hat = scaled @ inverse
    else:
        hat, R, order = _orthogonal(scaled)
        inverse[order] = solve_triangular(R, identity, check_finite=False)
    root = unit[:, None] * inverse
    mean = np.sqrt(beta) * (root @ (y @ hat))
    misfit = ((y - hat @ (y @ hat)) ** 2).sum() + (hat**2).sum() / beta
    entropy = dim / 2 * np.log(2 * np.pi * np.e) + np.log(unit).sum() - np.log(np.abs(np.diag(R))).sum()
    return _Weights(mean, root, mean**2 + (root**2).sum(axis=1), misfit, entropy)


def _orthogonal(rows):
    """(rows R^-1, R, order) with R^T R = I + rows^T rows, columns in that order. Pivoted columns and rows
    sorted by size keep small rows accurate beside large ones (Cox and Higham 1998, "Stability of Householder
    QR factorization for weighted least squares problems")."""
    stacked = np.vstack([rows, np.eye(rows.shape[1])])
    by_size = np.argsort(-np.abs(stacked).max(axis=1), kind="stable")
    Q, R, order = qr(stacked[by_size], mode="economic", pivoting=True)
    hat = np.empty_like(Q)
    hat[by_size] = Q
    return hat[: len(rows)], R, order


def _compress(Phi, y):
    """At most D rows, and what is left over: |y - Phi w|^2 = |new y - new Phi w|^2 + rest for every w. It is
    the triangle R of [Phi, y], R^T R = [Phi, y]^T [Phi, y], whose last entry no w can reach: a Cholesky
    factor where the columns are far from collinear, and a QR factorisation, at eight times the cost or
    more, where they are not."""
    n, dim = Phi.shape
    if n <= dim:
        return Phi, y, 0.0
    table = np.column_stack([Phi, y])
    gram = table.T @ table
    unit = np.maximum(np.sqrt(np.diag(gram)), np.finfo(float).tiny)
    if np.linalg.eigvalsh(gram / unit / unit[:, None])[0] > _SMALLEST:
        triangle = np.linalg.cholesky(gram).T
    else:
        triangle = qr(table, mode="r", overwrite_a=True, check_finite=False)[0]
    return triangle[:dim, :-1], triangle[:dim, -1], triangle[dim, -1] ** 2


def _check_data(Phi, y):
    """Both in float64, and the dtype for results."""
    Phi, y = check_finite(Phi, "Phi", ndim=2), check_finite(y, "y", ndim=1)
    if len(y) != len(Phi):
        _fail("y", f"of length {len(Phi)}, one entry a row of Phi", f"length {len(y)}")
    return Phi.astype(np.float64), y.astype(np.float64), np.result_type(Phi, y).type
