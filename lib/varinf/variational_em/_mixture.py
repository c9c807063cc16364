"""A mixture of Gaussians by exact EM."""

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, softmax

from varinf._ascent import coordinate_ascent
from varinf._check import (
    _fail,
    check_distribution,
    check_finite,
    check_fitted,
    check_integer,
    check_option,
    check_positive,
    check_positive_definite,
    check_random_state,
    check_rng,
)
from varinf.variational_em._bound import total
from varinf.variational_em._checks import check_data, check_features, check_floor, check_rows, check_shape

_BLOCK = 2**12          # rows whose whitened copies stay in the cache
_COLLINEAR = 1e-10      # a share of a feature's variance, not explained by the others, that counts as none


class _State(NamedTuple):
    """theta = (weights, means, covariances), log p(x, z | theta) and q(z)."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    log_joint: np.ndarray
    responsibilities: np.ndarray


class GaussianMixture:
    """x_n ~ N(mean_k, covariance_k) with probability weight_k, fitted by EM to a maximum of the likelihood.

    n_components : K, at least 1.
    covariance_type : "full" (K, d, d), "diagonal" (K, d) or "spherical" (K,): the shape of `covariances_`,
        which holds variances in the last two cases.
    min_variance : the smallest variance allowed in any direction, in squared units of X. By default 0: no
        floor, and as the likelihood has no maximum where a component shrinks to a point or a flat,
        a fit that runs there raises ValueError. With a floor the M-step is the exact maximum under that
        constraint, so the bound still never falls.
    weights_init (K,), means_init (K, d), covariances_init (shape of `covariances_`) : where to start; by
        default equal weights, means by k-means++, and the covariance of all the data.
    max_iter, tol : as in `varinf.mean_field.coordinate_ascent`, tol in nats for the whole of X.
    random_state : an integer or a numpy.random.Generator, for k-means++.

    Learned: `weights_` (K,), `means_` (K, d), `covariances_`; float32 if X is. `elbo_` (n_iter_,): L(q,
    theta) with the q of the iteration's E-step and the theta of its M-step; `converged_`, `n_iter_`.
    An iteration costs O(n K d^2) and holds an (n, K) table twice.
    Source: chapter 5, "A mixture of Gaussians"; Dempster, Laird, Rubin (1977); Bishop (2006), section 9.2.2.
    """

    def __init__(
        self, n_components=1, *, covariance_type="full", min_variance=0.0, weights_init=None, means_init=None,
        covariances_init=None, max_iter=1000, tol=1e-3, random_state=0,
    ):
        self.n_components, self.covariance_type = n_components, covariance_type
        self.min_variance, self.weights_init = min_variance, weights_init
        self.means_init, self.covariances_init = means_init, covariances_init
        self.max_iter, self.tol, self.random_state = max_iter, tol, random_state

    # --- EM -------------------------------------------------------------------------------------------

    def fit(self, X, *, callback=None):
        """Fit to X (n, d), n at least 1, and return self.

        callback : as in `coordinate_ascent`; its state has .weights, .means, .covariances.

        Raises ValueError for invalid X or settings, and where a component collapses below what
        min_variance allows; warns with ConvergenceWarning.
        """
        X, dtype = check_data(X)
        # Differences from a far-off origin lose the digits that tell the data apart.
        origin = X.mean(axis=0)
        X = np.asfortranarray(X - origin)                       # by features: three times as fast below

        def e_step(state):
            return state._replace(responsibilities=softmax(state.log_joint, axis=1))

        def m_step(state):
            r = state.responsibilities
            theta = self._maximise(X, r, state.means, state.covariances)
            return _State(*theta, self._log_joint(X, *theta), r)

        def moved(iteration, state, bound):
            callback(iteration, state._replace(means=state.means + origin), bound)

        theta = self._start(X, origin)
        ascent = coordinate_ascent(
            [e_step, m_step], lambda state: total(state.log_joint, state.responsibilities),
            _State(*theta, self._log_joint(X, *theta), None),
            max_iter=self.max_iter, tol=self.tol, callback=callback and moved)
        state = ascent.state
        self._learn(dtype, state.weights, state.means + origin, state.covariances)
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        return self

    def responsibilities(self, X):
        """The E-step: r_nk = p(z_n = k | x_n, theta), (n, K), for X (n, d)."""
        X, dtype = self._check_new(X)
        return softmax(self._log_joint(X, *self._theta), axis=1).astype(dtype)

    def m_step(self, X, responsibilities):
        """The M-step: set the parameters to the maximum of L(q, theta) for any q, and return self.

        X : (n, d). responsibilities : (n, K), rows that sum to one, zeros allowed. A component
        that nobody belongs to keeps its mean and covariance, and its weight becomes 0.

        It needs no fit first. Raises ValueError for shapes that do not fit, or a component that collapses.
        """
        X, dtype = check_data(X)
        K = self._check_settings()
        r = check_rows(responsibilities, "responsibilities", (len(X), K))
        origin = X.mean(axis=0)
        if hasattr(self, "means_"):
            self._check_new(X)
            weights, means, covariances = self._maximise(
                X - origin, r, self.means_ - origin, self.covariances_)
        elif r.any(axis=0).all():
            weights, means, covariances = self._maximise(X - origin, r, None, None)
        else:
            _fail("responsibilities", "above 0 in every column before the first fit", "a column of zeros")
        return self._learn(dtype, weights, means + origin, covariances)

    def _maximise(self, X, r, means, covariances):
        """theta = argmax L(r, theta): weighted averages."""
        totals = r.sum(axis=0)
        weights = totals / totals.sum()
        pairs = []
        for k, total in enumerate(totals):
            if total == 0:                                      # L does not depend on them
                pairs.append((means[k], covariances[k]))
                continue
            share = r[:, k] / r[:, k].max()                     # tiny totals would lose digits
            share /= share.sum()
            mean = share @ X
            pairs.append((mean, self._second_moment(X, share, mean, f"component {k}")))
        means, covariances = map(np.stack, zip(*pairs))
        return weights, means, covariances

    def _second_moment(self, X, share, mean, name):
        """sum_n share_n (x_n - mean)(x_n - mean)^T, restricted to the covariance type and the floor."""
        full, moment = self.covariance_type == "full", 0.0
        for block in _blocks(X):
            deviations = X[block].T - mean[:, None]
            weighted = deviations * share[block]
            moment += weighted @ deviations.T if full else np.einsum("jn,jn->j", weighted, deviations)
        if full:
            return _floor_matrix((moment + moment.T) / 2, self.min_variance, X, name)
        if self.covariance_type == "spherical":
            moment = moment.mean()
        moment = np.maximum(moment, self.min_variance)          # 0 by default: no floor
        if (moment <= _resolution(X)).any():
            _collapsed(name)
        return moment

    def _log_joint(self, X, weights, means, covariances):
        """log weight_k + log N(x_n | mean_k, covariance_k), (n, K)."""
        n, d = X.shape
        result = np.empty((len(weights), n))
        with np.errstate(divide="ignore"):                      # a weight of 0 has logarithm -inf
            log_weights = np.log(weights)
        whiteners = [_whitener(covariance, d) for covariance in covariances]
        for block in _blocks(X):
            for k, (mean, (whiten, log_det)) in enumerate(zip(means, whiteners)):
                z = whiten(X[block].T - mean[:, None])
                distances = np.einsum("jn,jn->n", z, z)
                result[k, block] = log_weights[k] - 0.5 * (d * np.log(2 * np.pi) + log_det + distances)
        return result.T

    def _check_settings(self):
        check_option(self.covariance_type, "covariance_type", ("full", "diagonal", "spherical"))
        check_floor(self.min_variance, "min_variance")
        return check_integer(self.n_components, "n_components")

    # --- The start ------------------------------------------------------------------------------------

    def _start(self, X, origin):
        (n, d), K = X.shape, self._check_settings()
        shape = {"full": (K, d, d), "diagonal": (K, d), "spherical": (K,)}[self.covariance_type]
        rng = check_random_state(self.random_state)
        weights, means, covariances = np.full(K, 1 / K), None, None
        if self.weights_init is not None:
            weights = check_shape(check_distribution(self.weights_init, "weights_init"), (K,), "weights_init")
        if self.means_init is not None:
            means = check_shape(check_finite(self.means_init, "means_init"), (K, d), "means_init") - origin
        if self.covariances_init is not None:
            check = check_finite if self.covariance_type == "full" else check_positive
            covariances = check(self.covariances_init, "covariances_init")
            check_shape(covariances, shape, "covariances_init")
            if self.covariance_type == "full":
                check_positive_definite(covariances, "covariances_init")
        if means is None:
            means = _spread_out(X, K, rng)
        if covariances is None:
            pooled = self._second_moment(X, np.full(n, 1 / n), X.mean(axis=0), "the covariance of X")
            covariances = np.broadcast_to(pooled, shape)
        return weights / weights.sum(), means, covariances

    def _learn(self, dtype, weights, means, covariances):
        self.weights_, self.means_ = weights.astype(dtype), means.astype(dtype)
        self.covariances_ = covariances.astype(dtype)
        return self

    # --- What a fitted mixture answers ------------------------------------------------------------------

    @property
    def _theta(self):
        return self.weights_, self.means_, self.covariances_

    def _check_new(self, X):
        check_fitted(self, "means_")
        X, dtype = check_data(X)
        return check_features(X, self.means_.shape[1]), dtype

    def log_joint(self, X):
        """log p(x_n, z_n = k | theta), (n, K) in nats, for X (n, d); -inf where a weight is 0."""
        X, dtype = self._check_new(X)
        return self._log_joint(X, *self._theta).astype(dtype)

    def log_prob(self, X):
        """log p(x_n | theta), (n,) in nats, for X (n, d)."""
        X, dtype = self._check_new(X)
        return logsumexp(self._log_joint(X, *self._theta), axis=1).astype(dtype)

    def score(self, X):
        """Mean of log_prob over X (n, d), a float."""
        return float(np.mean(self.log_prob(X), dtype=np.float64))

    def predict_proba(self, X):
        """The same as `responsibilities`."""
        return self.responsibilities(X)

    def predict(self, X):
        """The most probable component of each row of X (n, d), (n,) integers."""
        X, _ = self._check_new(X)
        return self._log_joint(X, *self._theta).argmax(axis=1)

    def free_energy(self, X, responsibilities):
        """L(q, theta) in nats for X (n, d) and any responsibilities (n, K); at most the sum of log_prob."""
        log_joint = self._log_joint(self._check_new(X)[0], *self._theta)
        return total(log_joint, check_rows(responsibilities, "responsibilities", log_joint.shape))

    def sample(self, rng, size):
        """`size` draws: (X (size, d), labels (size,)). rng : numpy.random.Generator."""
        check_fitted(self, "means_")
        K, d = self.means_.shape
        weights = self.weights_.astype(np.float64)
        labels = check_rng(rng).choice(K, size=check_integer(size, "size"), p=weights / weights.sum())
        noise = rng.standard_normal((len(labels), d))
        if self.covariances_.ndim == 3:
            noise = np.einsum("nij,nj->ni", np.linalg.cholesky(self.covariances_)[labels], noise)
        else:
            noise *= np.sqrt(self.covariances_.reshape(K, -1))[labels]
        return (self.means_[labels] + noise).astype(self.means_.dtype), labels


# --- Parts --------------------------------------------------------------------------------------------


def _spread_out(X, K, rng):
    """Means by k-means++: each next one a data point, with probability in proportion to its squared
    distance from the nearest so far, in standard deviations (Arthur and Vassilvitskii 2007)."""
    scale = X.std(axis=0)
    Z = X / np.where(scale > 0, scale, 1.0)
    chosen = [rng.integers(len(X))]
    nearest = np.full(len(X), np.inf)
    for _ in range(K - 1):
        nearest = np.minimum(nearest, np.square(Z - Z[chosen[-1]]).sum(axis=1))
        total = nearest.sum()
        chosen.append(rng.choice(len(X), p=nearest / total if total > 0 else None))
    return X[chosen]


def _blocks(X):
    return (slice(i, i + _BLOCK) for i in range(0, len(X), _BLOCK))


def _whitener(covariance, d):
    """A function (d, n) -> (d, n) that turns N(0, covariance) into N(0, I), and log |covariance|."""
    if covariance.ndim == 2:
        cholesky = np.linalg.cholesky(covariance)
        inverse = np.linalg.inv(cholesky)
        return (lambda x: inverse @ x), 2 * np.log(np.diag(cholesky)).sum()
    scales = np.sqrt(np.broadcast_to(covariance, d))[:, None]
    return (lambda x: x / scales), 2 * np.log(scales).sum()


def _resolution(X):
    """Variances (d,) that are no more than rounding in centred data."""
    return (4 * np.finfo(float).eps * np.abs(X).max(axis=0)) ** 2


def _floor_matrix(moment, floor, X, name):
    """The covariance of largest likelihood, among those with no eigenvalue below the floor."""
    if floor > 0:
        eigenvalues, vectors = np.linalg.eigh(moment)
        if eigenvalues[0] < floor:
            moment = (vectors * np.maximum(eigenvalues, floor)) @ vectors.T
    variances = np.diag(moment)
    if (variances <= _resolution(X)).any():
        _collapsed(name)
    scales = np.sqrt(variances)
    try:                                                        # of correlations: units don't matter
        unexplained = np.diag(np.linalg.cholesky(moment / scales / scales[:, None])) ** 2
    except np.linalg.LinAlgError:
        _collapsed(name)
    if unexplained.min() < _COLLINEAR:
        _collapsed(name)
    return moment


def _collapsed(name):
    raise ValueError(
        f"{name} has shrunk to a point or a flat: its density there, and with it the likelihood, has no "
        "upper limit. Expected data and a start where this does not happen, or a larger min_variance.")
