"""Bayesian logistic regression with the bound of Jaakkola and Jordan."""

from typing import NamedTuple

import numpy as np
from scipy.linalg import qr, solve_triangular
from scipy.special import expit, ndtr

from varinf._ascent import coordinate_ascent
from varinf._check import _fail, check_finite, check_fitted, check_in_interval, check_positive
from varinf.variational_em._checks import check_data, check_features


class _State(NamedTuple):
    """One xi a datum (n,); q(u) = N(mean, factor factor^T), u the whitened and turned weights; under it the
    mean and the variance of each activation w^T x_n (n,); the bound."""

    xi: np.ndarray
    mean: np.ndarray = None
    factor: np.ndarray = None
    activation: np.ndarray = None
    variance: np.ndarray = None
    elbo: float = -np.inf


class BayesianLogisticRegression:
    """p(y_n = 1 | x_n, w) = sigmoid(w^T x_n), w ~ N(prior_mean, diag(prior_scale^2)), with q(w) Gaussian.

    The sigmoid is bounded below by a Gaussian function of w that touches it at w^T x_n = +-xi_n. The E-step
    is then conjugate, and the M-step is xi_n^2 = E_q[(w^T x_n)^2].

    prior_mean, prior_scale : numbers or (d,), the scale a standard deviation, in units of 1 / X. No intercept
        is added: put a column of ones in X.
    max_iter, tol : as in `varinf.mean_field.coordinate_ascent`, tol in nats.

    Learned: `mean_` (d,) and `covariance_` (d, d) of q(w); `xi_` (n,), 0 or more; float32 if X is. `elbo_`
    (n_iter_,): the lower bound on log p(y | X), in nats, that xi and q give; `converged_`, `n_iter_`.
    An iteration costs O(n d^2).
    Source: chapter 5, "Logistic regression"; Jaakkola and Jordan (2000); Bishop (2006), section 10.6.
    """

    def __init__(self, *, prior_mean=0.0, prior_scale=1.0, max_iter=1000, tol=1e-6):
        self.prior_mean, self.prior_scale = prior_mean, prior_scale
        self.max_iter, self.tol = max_iter, tol

    def fit(self, X, y, *, callback=None):
        """Fit to X (n, d) and y (n,) of zeros and ones, and return self.

        callback : as in `coordinate_ascent`; its state has .xi.

        Raises ValueError for invalid X, y or prior; warns with ConvergenceWarning.
        """
        X, dtype = check_data(X)
        y = _check_labels(y, len(X))
        mean0, scale0 = self._prior(X.shape[1])
        # With w = mean0 + scale0 (axes^T u) the prior of u is N(0, I). Along the principal axes the features
        # don't all but repeat each other, as they do when the data lie far from 0.
        offset, X = X @ mean0, X * scale0
        axes = np.linalg.svd(qr(X, mode="r", check_finite=False)[0][: X.shape[1]])[2]
        X = X @ axes.T

        def e_step(state):
            # Bishop (10.157) and (10.158) as least squares: precision A^T A, and A^T A mean = A^T b. A
            # itself, by QR, keeps the digits that its square would lose.
            root = np.sqrt(2 * _curvature(state.xi))
            A = np.vstack([np.eye(X.shape[1]), root[:, None] * X])
            b = np.append(np.zeros(X.shape[1]), (y - 0.5) / root - root * offset)
            Q, R = qr(A, mode="economic", check_finite=False)
            inverse, projected, Q = solve_triangular(R, np.eye(len(R))), Q.T @ b, Q[len(R) :]
            return state._replace(
                mean=inverse @ projected, factor=inverse, activation=offset + Q @ projected / root,
                variance=np.square(Q / root[:, None]).sum(axis=1))

        def m_step(state):                                      # Bishop (10.163)
            m, factor, activation = state.mean, state.factor, state.activation
            xi = np.sqrt(state.variance + activation**2)
            # At this xi the quadratic terms of the bound cancel. What is left, log sigmoid(xi) minus
            # (xi - sure) / 2, is small where the label is certain; there xi - sure needs no subtraction.
            sure = (2 * y - 1) * activation
            with np.errstate(invalid="ignore"):                 # 0 / 0 where x_n is 0
                excess = np.where(sure > 0, state.variance / (xi + sure), xi - sure)
            reconstruction = -(np.logaddexp(0, -xi) + excess / 2).sum()
            log_det = np.log(np.abs(np.diag(factor))).sum()
            kl = 0.5 * (np.square(factor).sum() + m @ m - len(m)) - log_det
            return state._replace(xi=xi, elbo=reconstruction - kl)

        start = np.sqrt(np.square(X).sum(axis=1) + offset**2)   # E[(w^T x_n)^2] under the prior
        ascent = coordinate_ascent(
            [e_step, m_step], lambda state: state.elbo, _State(start),
            max_iter=self.max_iter, tol=self.tol, callback=callback)
        # The factor keeps the digits that the covariance rounds away.
        self._factor = scale0[:, None] * (axes.T @ ascent.state.factor)
        self.mean_ = (mean0 + scale0 * (axes.T @ ascent.state.mean)).astype(dtype)
        self.covariance_ = (self._factor @ self._factor.T).astype(dtype)
        self.xi_ = ascent.state.xi.astype(dtype)
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        return self

    def predict_proba(self, X):
        """[1 - p, p] for each row of X (n, d), (n, 2), p = E_q[sigmoid(w^T x)] by quadrature, to 1e-9."""
        check_fitted(self, "mean_")
        X, dtype = check_data(X)
        check_features(X, len(self.mean_))
        scale = np.sqrt(np.square(X @ self._factor).sum(axis=1))
        p = _expected_sigmoid(X @ self.mean_.astype(np.float64), scale)
        return np.stack([1 - p, p], axis=1).astype(dtype)

    def predict(self, X):
        """The more probable label of each row of X (n, d), (n,) integers."""
        return self.predict_proba(X).argmax(axis=1)

    def _prior(self, d):
        mean = check_finite(self.prior_mean, "prior_mean")
        scale = check_positive(self.prior_scale, "prior_scale")
        for value, name in ((mean, "prior_mean"), (scale, "prior_scale")):
            if value.shape not in ((), (d,)):
                _fail(name, f"a number or of shape {(d,)}", f"shape {value.shape}")
        return np.broadcast_to(mean, d).astype(np.float64), np.broadcast_to(scale, d).astype(np.float64)


def _check_labels(y, n):
    y = check_in_interval(y, "y", 0, 1).astype(np.float64)
    if y.shape != (n,):
        _fail("y", f"of shape {(n,)}, one label a row of X", f"shape {y.shape}")
    if (y != np.floor(y)).any():
        _fail("y", "zeros and ones", f"{y[y != np.floor(y)][0]}")
    return y


def _curvature(xi):
    """lambda(xi) = tanh(xi / 2) / (4 xi), 1/8 at 0."""
    small = xi < 1e-4
    safe = np.where(small, 1.0, xi)
    return np.where(small, 0.125 - xi**2 / 96, np.tanh(safe / 2) / (4 * safe))


def _expected_sigmoid(mean, scale):
    """E[sigmoid(a)], a ~ N(mean, scale^2), (n,), by the trapezoid rule, which is exact to rounding for
    functions that are smooth on the scale of its step.

    For a narrow a the sum runs over a. For a wide one it runs over e in sigmoid(a) = P(e < a), e logistic:
    E[sigmoid(a)] = E[Phi((mean - e) / scale)].
    """
    narrow = scale < 2
    result = np.empty(len(mean))
    z = np.linspace(-9, 9, 181)
    weights = np.exp(-0.5 * z**2)
    result[narrow] = expit(mean[narrow, None] + scale[narrow, None] * z) @ (weights / weights.sum())
    e = np.linspace(-40, 40, 401)
    weights = expit(e) * expit(-e)
    result[~narrow] = ndtr((mean[~narrow, None] - e) / scale[~narrow, None]) @ (weights / weights.sum())
    return result
