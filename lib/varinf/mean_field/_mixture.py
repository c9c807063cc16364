"""The Bayesian Gaussian mixture: q(assignments) q(weights) prod_k q(mean_k, precision_k)."""

import numpy as np
from scipy.special import logsumexp

from varinf._ascent import check_tolerance, coordinate_ascent
from varinf._check import (
    _fail,
    check_callable,
    check_distribution,
    check_finite,
    check_fitted,
    check_integer,
    check_option,
    check_positive_definite,
    check_random_state,
)
from varinf.distributions import Dirichlet, Wishart
from varinf.mean_field import _normal_wishart as nw

_SEEDED = 10_000  # points among which k-means++ chooses


class BayesianGaussianMixture:
    """Mixture of Gaussians with unknown weights, means and full covariances.

    Model: weights ~ Dirichlet(alpha0, ..., alpha0), Lambda_k ~ Wishart(nu0, W0), mu_k | Lambda_k ~
    N(m0, (beta0 Lambda_k)^-1), x_n ~ N(mu_k, Lambda_k^-1) for the k that x_n is assigned to.

    n_components : K. With a small alpha0, components the data do not need keep their prior and a weight
        near zero.
    weight_concentration_prior : alpha0; None for 1 / K.
    mean_precision_prior : beta0, how many observations the prior mean is worth.
    mean_prior : m0 (d,); None for the mean of X.
    degrees_of_freedom_prior : nu0, above d - 1; None for d.
    covariance_prior : the inverse of W0, (d, d), in the squared units of X; None for a diagonal matrix of the
        features' variances, where a feature that is constant counts 1. (scikit-learn takes the full
        covariance, which is singular for collinear features or few points.)
    max_iter, tol : as in `coordinate_ascent`; tol is in nats for all of X, not for one point.
    init_params : "k-means++" (points to their nearest seed; seeds are chosen among at most 10,000 points) or
        "random" (responsibilities drawn uniformly and normalised).
    random_state : an int or a Generator, for that start.
    total_samples, learning_decay, learning_offset : for `partial_fit` only.
    All are stored, and checked by `fit`. Names and meanings are scikit-learn's, for
    weight_concentration_prior_type="dirichlet_distribution".

    Learned: q(weights) = Dirichlet(weight_concentration_ (K,)), q(Lambda_k) =
    Wishart(degrees_of_freedom_ (K,), W_k), q(mu_k | Lambda_k) = N(means_ (K, d), (mean_precision_ (K,)
    Lambda_k)^-1); covariances_ (K, d, d), the inverse of E[Lambda_k]; weights_ (K,), E[weights];
    `q_weights` and `q_precisions` as distributions; `elbo_`, `converged_`, `n_iter_`. The K! relabellings of
    the components are optima of one height, of which q sits on one. Before comparing `elbo_` for different K
    add log(K! / u!) for u components without data, if the others lie well apart (chapter 4 derives it).

    Time is linear in n. Beyond X the memory is that of one block of 1,024 points, whatever n is.
    Source: chapter 4, "A mixture on real data"; Bishop (2006), section 10.2.
    """

    def __init__(
        self, n_components=1, *, weight_concentration_prior=None, mean_precision_prior=1.0, mean_prior=None,
        degrees_of_freedom_prior=None, covariance_prior=None, max_iter=1000, tol=1e-3,
        init_params="k-means++", random_state=0, total_samples=None, learning_decay=0.7, learning_offset=10.0,
    ):
        self.n_components = n_components
        self.weight_concentration_prior = weight_concentration_prior
        self.mean_precision_prior = mean_precision_prior
        self.mean_prior, self.degrees_of_freedom_prior = mean_prior, degrees_of_freedom_prior
        self.covariance_prior, self.max_iter, self.tol = covariance_prior, max_iter, tol
        self.init_params, self.random_state = init_params, random_state
        self.total_samples = total_samples
        self.learning_decay, self.learning_offset = learning_decay, learning_offset

    def fit(self, X, *, responsibilities=None, callback=None):
        """Fit q to X (n, d) by coordinate ascent and return self.

        responsibilities : (n, K), rows summing to one, to start from; by default `init_params` makes them.
        callback : as in `coordinate_ascent`; the state has weight_concentration, mean_precision, means,
            degrees_of_freedom and covariances as above, in the units of X.

        A sweep updates q(weights, means, precisions), then q(assignments), so `elbo_[-1]` belongs to the
        learned attributes together with `responsibilities(X)`.
        Any n >= 1, more components than points too. Raises ValueError for invalid arguments; warns with
        ConvergenceWarning.
        """
        X = check_finite(X, "X", ndim=2)
        frame, prior = self._setting(X)

        def report(iteration, state, bound):
            check_callable(callback, "callback")(iteration, nw.in_units(state.posterior, frame), bound)

        def sweep(state):
            posterior = nw.update(prior, state.statistics)
            statistics, log_normaliser = nw.assign(X, frame, posterior)
            return nw.State(posterior, statistics, log_normaliser - nw.divergence(posterior, prior))

        start = nw.State(None, self._start(X, frame, prior, responsibilities), None)
        ascent = coordinate_ascent(
            sweep, lambda state: state.bound, start, max_iter=self.max_iter, tol=self.tol,
            callback=None if callback is None else report)
        self._keep(frame, prior, ascent.state, X.dtype)
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        self._steps = 0
        return self

    def partial_fit(self, X):
        """Take one natural-gradient step on a minibatch X (n, d) and return self.

        The natural parameters of q move the part rho of the way to what they would be if the whole data
        set, of total_samples points, looked like X. rho = (t + learning_offset)^(-learning_decay) in step
        t = 1, 2, ..., with a decay above 0.5 and at most 1 (Robbins and Monro). The first call starts
        as `fit` does, with X; priors left None are taken from it. After `fit` it carries on from there.

        `elbo_` then holds a value a step: the bound for total_samples points as this minibatch estimates
        it, before the step. It is noisy, so it may fall.
        Raises ValueError for invalid arguments, or if total_samples is not set.
        Source: chapter 4, "The general recipe"; Hoffman et al. (2013), figure 4.
        """
        X = check_finite(X, "X", ndim=2)
        if self.total_samples is None:
            _fail("total_samples", "the number of points the minibatches stand for", "None")
        offset, decay = (check_tolerance(getattr(self, f"learning_{name}"), f"learning_{name}")
                         for name in ("offset", "decay"))
        if not 0.5 < decay <= 1:
            _fail("learning_decay", "above 0.5 and at most 1", repr(decay))
        scale = check_integer(self.total_samples, "total_samples") / len(X)
        if not hasattr(self, "_state"):
            frame, prior = self._setting(X)
            start = nw.blend(self._start(X, frame, prior, None), scale)
            self._keep(frame, prior, nw.State(nw.update(prior, start), start, None), X.dtype)
            self._steps = 0
        frame, prior, state = self._frame, self._prior, self._state
        self._check_features(X)
        statistics, log_normaliser = nw.assign(X, frame, state.posterior)
        estimate = scale * log_normaliser - nw.divergence(state.posterior, prior)
        rho = (self._steps + 1 + offset) ** -decay
        # natural parameters are those of the prior plus the statistics, so these are what is averaged
        moved = nw.blend(state.statistics, 1 - rho, statistics, rho * scale)
        self._keep(frame, prior, nw.State(nw.update(prior, moved), moved, None), X.dtype)
        self.elbo_ = np.append(self.elbo_ if self._steps else [], estimate)
        self._steps += 1
        self.n_iter_, self.converged_ = self._steps, False
        return self

    def responsibilities(self, X):
        """q(assignment of each point), (n, K), rows summing to one, for X (n, d)."""
        X, frame, posterior = self._fitted(X)
        result = np.empty((len(X), len(posterior.alpha)), X.dtype)
        for rows, r, _ in nw.blocks(X, frame, posterior):
            result[rows] = r.T
        return result

    predict_proba = responsibilities

    def predict(self, X):
        """The most responsible component for each point, (n,) integers."""
        return self.responsibilities(X).argmax(axis=1)

    def elbo(self, X):
        """ELBO of X (n, d) in nats under the learned q(weights, means, precisions), with the best
        q(assignments) for X; a float."""
        X, frame, posterior = self._fitted(X)
        log_normaliser = sum(block.sum() for _, _, block in nw.blocks(X, frame, posterior))
        return float(log_normaliser - nw.divergence(posterior, self._prior))

    def log_predictive(self, X):
        """Log density of a new point at each row of X, (n,): a mixture of Student t densities.

        Source: Bishop (2006), equations (10.81) and (10.82).
        """
        X, frame, posterior = self._fitted(X)
        parts = [logsumexp(nw.student(Z, posterior), axis=0) for _, Z in nw.standardised(X, frame)]
        return (np.concatenate(parts) + frame.log_det).astype(X.dtype)

    @property
    def q_weights(self):
        """q(weights), a Dirichlet."""
        check_fitted(self, "_state")
        return Dirichlet(self.weight_concentration_)

    @property
    def q_precisions(self):
        """q(Lambda_k), a batch of K Wishart distributions."""
        check_fitted(self, "_state")
        scale = np.linalg.inv(self.covariances_) / self.degrees_of_freedom_[:, None, None]
        return Wishart(self.degrees_of_freedom_, (scale + np.swapaxes(scale, 1, 2)) / 2)

    def _setting(self, X):
        """The coordinates to work in, and the prior in them."""
        K, d = check_integer(self.n_components, "n_components"), X.shape[1]
        wide = np.float64
        centre = X.mean(axis=0, dtype=wide)
        if self.covariance_prior is None:
            covariance = np.diag(np.where(np.ptp(X, axis=0) == 0, 1.0, nw.variances(X, centre)))
        else:
            covariance, _ = check_positive_definite(self.covariance_prior, "covariance_prior")
        mean = centre if self.mean_prior is None else check_finite(self.mean_prior, "mean_prior", ndim=1)
        for name, array, shape in (("covariance_prior", covariance, (d, d)), ("mean_prior", mean, (d,))):
            if array.shape != shape:
                _fail(name, f"of shape {shape}, to fit X", f"shape {array.shape}")
        df = d if self.degrees_of_freedom_prior is None else self.degrees_of_freedom_prior
        df = check_tolerance(df, "degrees_of_freedom_prior")
        if df <= d - 1:
            _fail("degrees_of_freedom_prior", f"above d - 1 = {d - 1}", repr(df))
        alpha = 1 / K if self.weight_concentration_prior is None else self.weight_concentration_prior
        alpha = check_tolerance(alpha, "weight_concentration_prior")
        beta = check_tolerance(self.mean_precision_prior, "mean_precision_prior")
        frame = nw.make_frame(centre, covariance.astype(wide))
        return frame, nw.Prior(K, alpha, beta, nw.standardise(mean[None].astype(wide), frame)[:, 0], df)

    def _start(self, X, frame, prior, responsibilities):
        """The statistics of the first responsibilities."""
        K, n = prior.n_components, len(X)
        check_option(self.init_params, "init_params", ("k-means++", "random"))
        rng = check_random_state(self.random_state)
        if responsibilities is not None:
            responsibilities = check_distribution(responsibilities, "responsibilities", axis=-1)
            if responsibilities.shape != (n, K):
                _fail("responsibilities", f"of shape {(n, K)}", f"shape {responsibilities.shape}")
        elif self.init_params == "random":
            responsibilities = rng.random((n, K))
            responsibilities /= responsibilities.sum(axis=1, keepdims=True)
        if responsibilities is not None:
            near = nw.weighted_means(X, frame, responsibilities)
            return nw.statistics_of(X, frame, lambda rows, Z: responsibilities[rows].T, near)
        chosen = rng.choice(n, min(n, _SEEDED), replace=False)
        seeds = _k_means_plus_plus(nw.standardise(X[chosen], frame).T, K, rng)
        return nw.statistics_of(X, frame, lambda rows, Z: _nearest(Z, seeds), seeds)

    def _keep(self, frame, prior, state, dtype):
        self._frame, self._prior, self._state = frame, prior, state
        for name, value in nw.in_units(state.posterior, frame)._asdict().items():
            setattr(self, f"{name}_", value.astype(dtype))
        self.weights_ = self.weight_concentration_ / self.weight_concentration_.sum()

    def _fitted(self, X):
        check_fitted(self, "_state")
        X = check_finite(X, "X", ndim=2)
        self._check_features(X)
        return X, self._frame, self._state.posterior

    def _check_features(self, X):
        if X.shape[1] != self.means_.shape[1]:
            _fail("X", f"an array with {self.means_.shape[1]} columns, as in fit", f"shape {X.shape}")


def _k_means_plus_plus(points, K, rng):
    """K rows of points (n, d), each drawn with probability proportional to its squared distance from those
    already chosen (Arthur and Vassilvitskii 2007); uniformly where all distances are zero."""
    seeds = [points[rng.integers(len(points))]]
    distance = np.full(len(points), np.inf)
    for _ in range(K - 1):
        distance = np.minimum(distance, ((points - seeds[-1]) ** 2).sum(axis=1))
        total = distance.sum()
        p = distance / total if total > 0 else None
        seeds.append(points[rng.choice(len(points), p=p)])
    return np.array(seeds)


def _nearest(Z, seeds):
    """One-hot responsibilities (K, B) of the nearest seed to each column of Z (d, B)."""
    closeness = seeds @ Z - (seeds**2).sum(axis=1)[:, None] / 2
    return (np.arange(len(seeds))[:, None] == closeness.argmax(axis=0)).astype(float)
