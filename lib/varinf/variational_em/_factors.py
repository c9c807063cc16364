"""Linear-Gaussian latent variables: probabilistic PCA and factor analysis.

Both are x = W z + mean + noise with z ~ N(0, I_k) and independent noise; they differ in one line, whether
the features share one noise variance. So they share the E-step and the update of W.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import qr, solve_triangular

from varinf._ascent import coordinate_ascent
from varinf._check import (
    _fail,
    check_finite,
    check_fitted,
    check_integer,
    check_option,
    check_positive,
    check_random_state,
    check_rng,
)
from varinf.variational_em._checks import check_data, check_features, check_floor, check_shape

_VANISHED = 1e-12       # a noise variance below this share of its feature's variance counts as zero


class _State(NamedTuple):
    """theta = (W (d, k), noise variances (d,)); q(z_n) = N(z_n; means_n, factor factor^T), one covariance for
    all; the bound L(q, theta)."""

    loadings: np.ndarray
    noise_variance: np.ndarray
    means: np.ndarray = None
    factor: np.ndarray = None
    elbo: float = -np.inf


class _LinearGaussian:
    """What the two models share. A subclass says how the noise variances are tied."""

    # --- EM -------------------------------------------------------------------------------------------

    def _fit_em(self, X, callback):
        rows, n, variances = _compress(X), len(X), X.var(axis=0)

        def e_step(state):
            means, factor = _posterior(rows, state.loadings, state.noise_variance)
            return state._replace(means=means, factor=factor)

        def m_step(state):
            Z, F = state.means, state.factor
            second = F @ F.T + Z.T @ Z / n                      # average of E[z z^T]
            W = np.linalg.solve(second, Z.T @ rows / n).T
            # average of E[(x - W z)^2], a number a feature
            residual = np.square(rows - Z @ W.T).sum(axis=0) / n + np.square(W @ F).sum(axis=1)
            noise = self._tie(residual, variances)
            reconstruction = -0.5 * (np.log(2 * np.pi * noise) + residual / noise).sum()
            kl = 0.5 * (np.trace(second) - len(F) - _log_det(F))            # average KL(q(z_n) || N(0, I))
            return _State(W, noise, Z, F, n * (reconstruction - kl))

        ascent = coordinate_ascent(
            [e_step, m_step], lambda state: state.elbo, self._start(X),
            max_iter=self.max_iter, tol=self.tol, callback=callback)
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        return ascent.state.loadings, ascent.state.noise_variance

    def _start(self, X):
        """Random loadings that explain half of each variance."""
        (_, d), k, variances = X.shape, self.n_components, X.var(axis=0)
        rng = check_random_state(self.random_state)
        W, noise = self.loadings_init, self.noise_variance_init
        if W is None:
            W = rng.standard_normal((d, k)) * np.sqrt(variances / (2 * k))[:, None]
        else:
            W = check_shape(check_finite(W, "loadings_init"), (d, k), "loadings_init")
        if noise is None:
            noise = variances / 2
        else:
            noise = check_positive(noise, "noise_variance_init").astype(np.float64)
            if noise.shape not in ((), (d,)):
                _fail("noise_variance_init", f"a number or of shape {(d,)}", f"shape {noise.shape}")
        return _State(W, self._tie(np.broadcast_to(noise, d), variances))

    def _floored(self, noise, variances):
        """The noise variances, none below min_variance: the constrained maximum."""
        noise = np.maximum(noise, self.min_variance)
        if (noise <= _VANISHED * variances).any():
            raise ValueError(
                f"The noise variance has run to 0 (feature {np.argmin(noise - _VANISHED * variances)}): the "
                "factors explain the data to the last digit, and the density may have no upper limit. "
                "Expected X of more observations or features that vary, fewer n_components, or a larger "
                "min_variance.")
        return noise

    def _check_fit(self, X):
        """X centred, its mean, and the dtype of the answers."""
        X, dtype = check_data(X)
        k = check_integer(self.n_components, "n_components")
        if k >= X.shape[1]:
            _fail("n_components", f"below the {X.shape[1]} features of X", k)
        check_floor(self.min_variance, "min_variance")
        mean = X.mean(axis=0)
        X = X - mean
        shift = X.mean(axis=0)                                  # what rounding left of a mean far from 0
        return X - shift, mean + shift, dtype

    # --- What a fitted model answers ------------------------------------------------------------------

    def _theta(self):
        noise = np.broadcast_to(np.asarray(self.noise_variance_, np.float64), len(self.mean_))
        return self.loadings_.astype(np.float64), noise

    def _check_new(self, X):
        check_fitted(self, "loadings_")
        X, dtype = check_data(X)
        return check_features(X, len(self.mean_)) - self.mean_, dtype

    def posterior(self, X):
        """p(z_n | x_n) for X (n, d): means (n, k), and the covariance (k, k) that all of them share."""
        X, dtype = self._check_new(X)
        means, factor = _posterior(X, *self._theta())
        return means.astype(dtype), (factor @ factor.T).astype(dtype)

    def transform(self, X):
        """E[z_n | x_n], (n, k), for X (n, d)."""
        return self.posterior(X)[0]

    def covariance(self):
        """The model's covariance of x, W W^T + diag(noise), (d, d)."""
        check_fitted(self, "loadings_")
        W, noise = self._theta()
        return (W @ W.T + np.diag(noise)).astype(self.loadings_.dtype)

    def log_prob(self, X):
        """log p(x_n), (n,) in nats, for X (n, d): z integrated out, no (d, d) matrix made."""
        X, dtype = self._check_new(X)
        W, noise = self._theta()
        distances, log_det = _distances(X, W, noise)
        return (-0.5 * (len(noise) * np.log(2 * np.pi) + log_det + distances)).astype(dtype)

    def score(self, X):
        """Mean of log_prob over X (n, d), a float."""
        return float(np.mean(self.log_prob(X), dtype=np.float64))

    def sample(self, rng, size):
        """`size` draws of x, (size, d). rng : numpy.random.Generator."""
        check_fitted(self, "loadings_")
        W, noise = self._theta()
        z = check_rng(rng).standard_normal((check_integer(size, "size"), W.shape[1]))
        x = self.mean_ + z @ W.T + rng.standard_normal((len(z), len(W))) * np.sqrt(noise)
        return x.astype(self.mean_.dtype)


class ProbabilisticPCA(_LinearGaussian):
    """x_n = W z_n + mean + noise, z_n ~ N(0, I_k), noise ~ N(0, noise_variance I_d): maximum likelihood.

    n_components : k, from 1 to d - 1.
    method : "closed_form", from the singular values of the data, or "em".
    min_variance : floor of the noise variance, in squared units of X; the maximum is then the constrained
        one. By default 0: data without noise (such as n <= k + 1) raise ValueError.
    loadings_init (d, k), noise_variance_init : where EM starts; by default random loadings that explain half
        of each feature's variance.
    max_iter, tol : of EM, as in `varinf.mean_field.coordinate_ascent`, tol in nats for the whole of X.
    random_state : an integer or a numpy.random.Generator, for EM's start.

    Learned: `mean_` (d,), `loadings_` (d, k) = W, `noise_variance_`, a float; arrays are float32 if X is. In
    closed form the columns of W are orthogonal, longest first, the largest entry of each positive; EM finds W
    up to a rotation of z, so compare W W^T. `elbo_` (n_iter_,): L(q, theta) in nats, for the closed form
    one value, the log-likelihood; `converged_`, `n_iter_`.
    The data are compressed first: then an iteration of EM costs O(min(n, d) d k) whatever n.
    Source: chapter 5, "Probabilistic PCA"; Tipping and Bishop (1999), section 3.2 and appendices.
    """

    def __init__(
        self, n_components=1, *, method="closed_form", min_variance=0.0, loadings_init=None,
        noise_variance_init=None, max_iter=1000, tol=1e-6, random_state=0,
    ):
        self.n_components, self.method, self.min_variance = n_components, method, min_variance
        self.loadings_init, self.noise_variance_init = loadings_init, noise_variance_init
        self.max_iter, self.tol, self.random_state = max_iter, tol, random_state

    def fit(self, X, *, callback=None):
        """Fit to X (n, d) and return self.

        callback : for EM, as in `coordinate_ascent`; its state has .loadings and .noise_variance (d,).

        Raises ValueError for invalid X or settings, and if nothing is left for the noise; EM warns with
        ConvergenceWarning.
        """
        check_option(self.method, "method", ("closed_form", "em"))
        X, mean, dtype = self._check_fit(X)
        W, noise = self._fit_em(X, callback) if self.method == "em" else self._fit_closed_form(X)
        self.mean_, self.loadings_ = mean.astype(dtype), W.astype(dtype)
        self.noise_variance_ = float(noise[0])
        return self

    def _fit_closed_form(self, X):
        """Noise: the average of the smallest d - k eigenvalues of the data's covariance. W: what the
        others have above it, along their eigenvectors."""
        rows, (n, d), k = _compress(X), X.shape, self.n_components
        _, singular, directions = np.linalg.svd(rows, full_matrices=False)
        eigenvalues = singular**2 / n                           # the rest, if n < d, are 0
        noise = self._tie(np.full(d, eigenvalues[k:].sum() / (d - k)), X.var(axis=0))
        lengths = np.zeros(k)
        excess = np.maximum(eigenvalues[:k] - noise[0], 0)      # below 0 under a floor only
        lengths[: len(excess)] = np.sqrt(excess)
        W = np.zeros((d, k))
        W[:, : len(directions)] = directions[:k].T
        W *= lengths * np.sign(W[np.abs(W).argmax(axis=0), np.arange(k)])
        distances, log_det = _distances(rows, W, noise)
        self.elbo_ = np.array([-0.5 * (n * (d * np.log(2 * np.pi) + log_det) + distances.sum())])
        self.converged_, self.n_iter_ = True, 1
        return W, noise

    def _tie(self, noise, variances):
        return self._floored(np.full(len(noise), noise.mean()), np.full(len(noise), variances.mean()))


class FactorAnalysis(_LinearGaussian):
    """x_n = W z_n + mean + noise, z_n ~ N(0, I_k), noise ~ N(0, diag(noise_variance)): maximum likelihood by
    EM.

    n_components : k, from 1 to d - 1.
    min_variance : floor of every noise variance, in squared units of X; the maximum is then the constrained
        one. By default 0: a noise variance that vanishes (a Heywood case, a constant feature, too few
        observations) raises ValueError.
    loadings_init (d, k), noise_variance_init (d,) or a number : where to start; by default random loadings
        that explain half of each feature's variance.
    max_iter, tol : as in `varinf.mean_field.coordinate_ascent`, tol in nats for the whole of X.
    random_state : an integer or a numpy.random.Generator, for the start.

    Learned: `mean_` (d,), `loadings_` (d, k) = W, up to a rotation of z, `noise_variance_` (d,); float32 if
    X is. `elbo_` (n_iter_,): L(q, theta) in nats; `converged_`, `n_iter_`.
    The data are compressed first: then an iteration costs O(min(n, d) d k) whatever n.
    Source: chapter 5, "Factor analysis"; Rubin and Thayer (1982); Ghahramani and Hinton (1996), "The
    EM algorithm for mixtures of factor analyzers", University of Toronto, CRG-TR-96-1.
    """

    def __init__(
        self, n_components=1, *, min_variance=0.0, loadings_init=None, noise_variance_init=None,
        max_iter=10_000, tol=1e-6, random_state=0,
    ):
        self.n_components, self.min_variance = n_components, min_variance
        self.loadings_init, self.noise_variance_init = loadings_init, noise_variance_init
        self.max_iter, self.tol, self.random_state = max_iter, tol, random_state

    def fit(self, X, *, callback=None):
        """Fit to X (n, d) and return self.

        callback : as in `coordinate_ascent`; its state has .loadings and .noise_variance.

        Raises ValueError for invalid X or settings, and where a noise variance vanishes; warns with
        ConvergenceWarning.
        """
        X, mean, dtype = self._check_fit(X)
        W, noise = self._fit_em(X, callback)
        self.mean_, self.loadings_, self.noise_variance_ = (array.astype(dtype) for array in (mean, W, noise))
        return self

    def _tie(self, noise, variances):
        return self._floored(noise, variances)


# --- Parts --------------------------------------------------------------------------------------------


def _compress(X):
    """At most d rows with the second moments of X: X = QR with Q^T Q = I, so R^T R = X^T X. Squaring X
    instead would lose half of the digits."""
    return qr(X, mode="r", check_finite=False)[0][: X.shape[1]] if len(X) > X.shape[1] else X


def _posterior(X, W, noise):
    """The means of q(z_n) for centred X, and F with F F^T its covariance V = (I + W^T diag(noise)^-1 W)^-1.

    The mean is a least-squares solution: it minimises |x - W z|^2 / noise + |z|^2. By QR, because the square
    of the matrix would lose half of the digits where the noise is small.
    """
    d, k = W.shape
    scale = np.sqrt(noise)
    Q, R = qr(np.vstack([W / scale[:, None], np.eye(k)]), mode="economic", check_finite=False)
    F = solve_triangular(R, np.eye(k))
    return (X / scale) @ (Q[:d] @ F.T), F


def _log_det(F):
    """log |F F^T| of a triangular F."""
    return 2 * np.log(np.abs(np.diag(F))).sum()


def _distances(X, W, noise):
    """x_n^T C^-1 x_n for centred X, and log |C|, with C = W W^T + diag(noise). The distance is the smallest
    value of |x - W z|^2 / noise + |z|^2, reached at the posterior mean."""
    Z, F = _posterior(X, W, noise)
    distances = (np.square(X - Z @ W.T) / noise).sum(axis=1) + np.square(Z).sum(axis=1)
    return distances, np.log(noise).sum() - _log_det(F)
