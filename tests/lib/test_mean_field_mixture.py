"""The Bayesian Gaussian mixture: its bound against Bishop's seven terms and against sampling, its updates
against scikit-learn and against Cholesky factors, minibatches against the batch, and hostile input.

Statistical checks use fixed seeds, so they pass or fail for good.
"""

import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import digamma, gammaln, logsumexp, multigammaln
from sklearn.exceptions import ConvergenceWarning as PeerWarning
from sklearn.mixture import BayesianGaussianMixture as Peer

from varinf.datasets import old_faithful
from varinf.elbo import elbo
from varinf.mean_field import BayesianGaussianMixture, ConvergenceWarning

pytestmark = pytest.mark.filterwarnings("error")
seeds = st.integers(0, 2**32 - 1)

NAN, INF = float("nan"), float("inf")
FAITHFUL = old_faithful().data
COVARIANCE = np.cov(FAITHFUL.T)


def rng(seed=0):
    return np.random.default_rng(seed)


def rises(trace):
    return (np.diff(trace) >= -1e-9 * np.maximum(1, np.abs(trace[1:]))).all()


def blobs(n, d=3, K=4, seed=0, spread=4.0):
    draw = rng(seed)
    centres = spread * draw.normal(size=(K, d))
    mix = draw.normal(size=(K, d, d)) / np.sqrt(d)
    labels = draw.integers(K, size=n)
    return centres[labels] + np.einsum("nij,nj->ni", mix[labels], draw.normal(size=(n, d)))


# --- The bound ----------------------------------------------------------------------------------------


def bishops_bound(model, X, alpha0, beta0, m0, nu0, inverse_w0):
    """The seven expectations of Bishop (2006), equations (10.71) to (10.77), term by term."""
    r, d, K = model.responsibilities(X), X.shape[1], len(model.means_)
    alpha, beta, m, nu = (model.weight_concentration_, model.mean_precision_, model.means_,
                          model.degrees_of_freedom_)
    inverse_w = model.covariances_ * nu[:, None, None]
    w, log_w0 = np.linalg.inv(inverse_w), -np.linalg.slogdet(inverse_w0)[1]
    log_w = np.linalg.slogdet(w)[1]
    log_pi = digamma(alpha) - digamma(alpha.sum())
    log_lambda = sum(digamma((nu + 1 - i) / 2) for i in range(1, d + 1)) + d * np.log(2) + log_w

    def log_b(log_det, nu):
        return -nu / 2 * log_det - nu * d / 2 * np.log(2) - multigammaln(nu / 2, d)

    def log_c(alpha):
        return gammaln(alpha.sum()) - gammaln(alpha).sum()

    distance = np.array([np.einsum("ni,ij,nj->n", X - m[k], w[k], X - m[k]) for k in range(K)]).T
    data = 0.5 * (r * (log_lambda - d / beta - nu * distance - d * np.log(2 * np.pi))).sum()
    assignments = (r * log_pi).sum()
    weights = log_c(np.full(K, alpha0)) + (alpha0 - 1) * log_pi.sum()
    away = np.einsum("ki,kij,kj->k", m - m0, w, m - m0)
    of_means = d * np.log(beta0 / (2 * np.pi)) + log_lambda - d * beta0 / beta - beta0 * nu * away
    parameters = 0.5 * of_means.sum()
    parameters += K * log_b(log_w0, nu0) + (nu0 - d - 1) / 2 * log_lambda.sum()
    parameters -= 0.5 * (nu * np.trace(inverse_w0 @ w, axis1=1, axis2=2)).sum()
    q_assignments = -stats.entropy(r, axis=1).sum()
    q_weights = ((alpha - 1) * log_pi).sum() + log_c(alpha)
    wishart = -log_b(log_w, nu) - (nu - d - 1) / 2 * log_lambda + nu * d / 2
    q_parameters = (0.5 * log_lambda + d / 2 * np.log(beta / (2 * np.pi)) - d / 2 - wishart).sum()
    return data + assignments + weights + parameters - q_assignments - q_weights - q_parameters


@settings(derandomize=True, deadline=None, max_examples=25)
@given(seeds)
def test_the_bound_is_bishops_seven_terms_added_up(seed):
    draw = rng(seed)
    d, K = (int(v) for v in draw.integers(1, 5, size=2))
    X = blobs(int(draw.integers(d + 2, 60)), d, 3, seed)
    X = X * 10.0 ** draw.integers(-3, 4) + 50 * draw.normal(size=d)
    A = draw.normal(size=(d, d))
    prior = {"alpha0": draw.uniform(0.01, 2), "beta0": draw.uniform(0.01, 2), "m0": X[0],
             "nu0": d - 1 + draw.uniform(0.1, 4), "inverse_w0": np.cov(X.T).reshape(d, d) + A @ A.T}
    names = ("weight_concentration_prior", "mean_precision_prior", "mean_prior", "degrees_of_freedom_prior",
             "covariance_prior")
    options = dict(zip(names, prior.values()))
    model = BayesianGaussianMixture(K, max_iter=int(draw.integers(1, 30)), tol=None, **options).fit(X)
    assert model.elbo_[-1] == pytest.approx(bishops_bound(model, X, **prior), rel=1e-9, abs=1e-7)
    assert model.elbo(X) == pytest.approx(model.elbo_[-1], rel=1e-12)


class Posterior:
    """q of a mixture of two components in one dimension, over (weight, means, precisions, labels)."""

    def __init__(self, model, X):
        self.weight = stats.beta(*model.weight_concentration_)
        shape = model.degrees_of_freedom_ / 2               # in one dimension the Wishart is a Gamma
        self.precision = stats.gamma(shape, scale=1 / (shape * model.covariances_[:, 0, 0]))
        self.means, self.beta = model.means_[:, 0], model.mean_precision_
        self.p = model.responsibilities(X)[:, 1]

    def sample(self, rng, size):
        weight = self.weight.rvs(size, random_state=rng)
        precision = self.precision.rvs((*size, 2), random_state=rng)
        means = rng.normal(self.means, (self.beta * precision) ** -0.5)
        return np.column_stack([weight, means, precision, rng.random((*size, len(self.p))) < self.p])

    def log_prob(self, z):
        weight, means, precision, labels = z[:, 0], z[:, 1:3], z[:, 3:5], z[:, 5:]
        log_means = stats.norm.logpdf(means, self.means, (self.beta * precision) ** -0.5)
        labels = np.where(labels, np.log(self.p), np.log1p(-self.p))
        parameters = log_means + self.precision.logpdf(precision)
        return self.weight.logpdf(weight) + parameters.sum(1) + labels.sum(1)


def test_the_bound_is_the_one_that_sampling_finds():
    x = np.array([-1.2, -0.7, 0.1, 1.5, 2.2])
    model = BayesianGaussianMixture(
        2, weight_concentration_prior=1.5, mean_precision_prior=0.5, mean_prior=[0.2],
        degrees_of_freedom_prior=3.0, covariance_prior=[[2.0]], tol=1e-9).fit(x[:, None])

    def log_joint(z):
        weight, means, precision, labels = z[:, :1], z[:, 1:3], z[:, 3:5], z[:, 5:].astype(int)
        prior = stats.beta.logpdf(weight[:, 0], 1.5, 1.5)
        prior = prior + stats.gamma.logpdf(precision, 1.5, scale=1.0).sum(1)            # Wishart(3, 1/2)
        prior += stats.norm.logpdf(means, 0.2, (0.5 * precision) ** -0.5).sum(1)
        chosen_mean, chosen_precision = (np.take_along_axis(a, labels, 1) for a in (means, precision))
        log_labels = np.where(labels, np.log1p(-weight), np.log(weight)).sum(1)
        return prior + log_labels + stats.norm.logpdf(x, chosen_mean, chosen_precision**-0.5).sum(1)

    sampled = elbo(log_joint, Posterior(model, x[:, None]), rng(1), 40_000)
    assert abs(sampled.value - model.elbo_[-1]) < 4 * sampled.std_error < 0.1


# --- Against scikit-learn -----------------------------------------------------------------------------


def peer_of(X, K, seed, **options):
    """scikit-learn's fit, and the responsibilities it started from: uniform draws, normalised."""
    start = np.random.RandomState(seed).uniform(size=(len(X), K))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PeerWarning)
        peer = Peer(n_components=K, weight_concentration_prior_type="dirichlet_distribution",
                    init_params="random", random_state=seed, reg_covar=0, **options).fit(X)
    return peer, start / start.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("iterations", [1, 7, 60])
def test_from_the_same_start_it_walks_with_scikit_learn(iterations):
    """scikit-learn updates the parameters once before its first iteration: one more than here."""
    peer, start = peer_of(FAITHFUL, 5, 3, max_iter=iterations, tol=0)
    model = BayesianGaussianMixture(5, covariance_prior=COVARIANCE, max_iter=iterations + 1, tol=None)
    model.fit(FAITHFUL, responsibilities=start)
    np.testing.assert_allclose(model.responsibilities(FAITHFUL), peer.predict_proba(FAITHFUL), atol=1e-9)
    for name in ("weight_concentration_", "mean_precision_", "means_", "degrees_of_freedom_", "covariances_",
                 "weights_"):
        np.testing.assert_allclose(getattr(model, name), getattr(peer, name), rtol=1e-8)


def constants_dropped_by_scikit_learn(n, d, K, alpha0, beta0, nu0, inverse_w0):
    """After a parameter update the bound is H(q(assignments)) plus, for each conjugate piece, the log
    normaliser of the posterior less that of the prior, less n d/2 log(2 pi): with a conjugate posterior
    E_q[log p(X, parameters) - log q(parameters)] is the log of the ratio of normalisers.

    scikit-learn keeps the posterior's normalisers only, and of the normal's d/2 log(2 pi / beta_k) it keeps
    -d/2 log beta_k. Its log_wishart_norm lacks the -d (d - 1)/4 log(pi) of log B. So what is missing is

        - n d/2 log(2 pi)                                          the data
        + log C(alpha0)                                            the Dirichlet prior
        + K d/2 log(beta0)                                         the normal priors (2 pi cancels)
        + K log B(W0, nu0) + K d (d - 1)/4 log(pi)                 the Wishart priors, and what log B lacks
    """
    log_c = gammaln(K * alpha0) - K * gammaln(alpha0)
    log_b = nu0 / 2 * np.linalg.slogdet(inverse_w0)[1] - nu0 * d / 2 * np.log(2) - multigammaln(nu0 / 2, d)
    return (-n * d / 2 * np.log(2 * np.pi) + log_c + K * d / 2 * np.log(beta0)
            + K * (log_b + d * (d - 1) / 4 * np.log(np.pi)))


@pytest.mark.parametrize("d", [1, 2, 4])
def test_the_bound_is_that_of_scikit_learn_with_its_constants_put_back(d):
    X, K = blobs(150, d, 3, seed=2), 4
    covariance = np.cov(X.T).reshape(d, d) / 2
    options = {"weight_concentration_prior": 0.3, "mean_precision_prior": 0.2,
               "degrees_of_freedom_prior": d + 1.5, "covariance_prior": covariance}
    peer, start = peer_of(X, K, 4, max_iter=5000, tol=1e-11, **options)
    model = BayesianGaussianMixture(K, **options, tol=1e-11, max_iter=5000).fit(X, responsibilities=start)
    dropped = constants_dropped_by_scikit_learn(150, d, K, 0.3, 0.2, d + 1.5, covariance)
    assert model.elbo_[-1] == pytest.approx(peer.lower_bound_ + dropped, rel=1e-9)


# --- Matrix products against Cholesky factors ---------------------------------------------------------


def responsibilities_by_cholesky(model, X):
    """log rho the slow way: one triangular solve a component, about its own mean."""
    d, nu = X.shape[1], model.degrees_of_freedom_
    log_pi = digamma(model.weight_concentration_) - digamma(model.weight_concentration_.sum())
    log_rho = []
    for k, covariance in enumerate(model.covariances_):
        root = np.linalg.cholesky(covariance)
        z = np.linalg.solve(root, (X - model.means_[k]).T)
        log_lambda = digamma((nu[k] - np.arange(d)) / 2).sum() + d * np.log(2 / nu[k])
        log_lambda -= 2 * np.log(np.diag(root)).sum()
        log_rho.append(log_pi[k] + 0.5 * (log_lambda - d / model.mean_precision_[k] - (z**2).sum(axis=0)))
    log_rho = np.array(log_rho).T
    return np.exp(log_rho - logsumexp(log_rho, axis=1, keepdims=True))


@pytest.mark.parametrize("offset, unit", [(0.0, 1.0), (1e6, 1.0), (0.0, 1e8), (-3.0, 1e-8)])
def test_matrix_products_lose_nothing_against_cholesky_factors(offset, unit):
    X = (blobs(500, 5, 4) + offset) * unit
    model = BayesianGaussianMixture(6, max_iter=30, tol=None).fit(X)
    np.testing.assert_allclose(model.responsibilities(X), responsibilities_by_cholesky(model, X), atol=1e-8)


def test_a_cluster_a_million_times_narrower_than_its_distance_is_resolved():
    """x^T P x, x^T P m and m^T P m are near 1e14 here, and their sum near 1: the guard must notice."""
    draw = rng(3)
    X = np.vstack([draw.normal(size=(50, 2)), 20 + 1e-7 * draw.normal(size=(50, 2)),
                   20 + np.array([1e-6, 0]) + 1e-7 * draw.normal(size=(50, 2))])
    start = np.repeat(np.eye(3), 50, axis=0)
    model = BayesianGaussianMixture(3, covariance_prior=1e-14 * np.eye(2), mean_precision_prior=1e-18)
    model.fit(X, responsibilities=start)
    np.testing.assert_allclose(model.responsibilities(X), responsibilities_by_cholesky(model, X), atol=1e-6)
    assert (model.predict(X) == np.repeat([0, 1, 2], 50)).all() and rises(model.elbo_)
    np.testing.assert_allclose(np.sqrt(model.covariances_[1:, 0, 0]), 1e-7, rtol=0.3)


def test_blocks_do_not_show():
    """1,024 points a block: 5,000 points in one fit are the sum of their blocks, in any order."""
    X = blobs(5000)
    model = BayesianGaussianMixture(4, max_iter=20, tol=None)
    start = rng(1).dirichlet(np.ones(4), size=5000)
    one = model.fit(X, responsibilities=start).means_
    order = rng(2).permutation(5000)
    other = BayesianGaussianMixture(4, max_iter=20, tol=None).fit(X[order], responsibilities=start[order])
    np.testing.assert_allclose(one, other.means_, rtol=1e-8)
    np.testing.assert_array_equal(model.responsibilities(X[4000:]), model.responsibilities(X)[4000:])


def test_memory_does_not_grow_with_the_points():
    """Beyond a mask to look for NaN and the 10,000 points for seeding, both small, one block is held."""

    def peak(n):
        X = rng(4).normal(size=(n, 8))
        tracemalloc.start()
        BayesianGaussianMixture(10, max_iter=2, tol=None).fit(X)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held - X.nbytes / 8 - 8 * n                  # the mask; the permutation that chooses seeds

    assert peak(100_000) < peak(20_000) + 2**20 < 12 * 2**20


# --- The trace never falls ----------------------------------------------------------------------------

KINDS = [
    "plain", "offset", "huge", "tiny", "one point", "all equal", "nearly equal", "collinear", "duplicated",
    "scales",
]


def hostile_data(kind, draw):
    n, d = draw.integers(1, 30), draw.integers(1, 4)
    X = draw.normal(size=(n, d))
    if kind == "offset":
        X += 1e8
    elif kind == "huge":
        X *= 1e8
    elif kind == "tiny":
        X *= 1e-8
    elif kind == "one point":
        X = 1e8 * X[:1]
    elif kind == "all equal":
        X[:] = X[0]
    elif kind == "nearly equal":
        X = X[0] + 1e-9 * X
    elif kind == "collinear":
        X[:, -1] = X[:, 0]
    elif kind == "duplicated":
        X = X[draw.integers(n, size=n)]
    elif kind == "scales":
        X = X * 10.0 ** draw.integers(-8, 9, size=d) + 1e8 * draw.normal(size=d)
    return X


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.sampled_from(KINDS), seeds)
def test_the_bound_never_falls_and_everything_stays_finite(kind, seed):
    draw = rng(seed)
    X = hostile_data(kind, draw)
    K = int(draw.integers(1, 2 * len(X) + 2)) if len(X) < 8 else int(draw.integers(1, 10))
    width = np.where(np.ptp(X, axis=0) > 0, X.std(axis=0), 1.0)
    given_prior = np.diag(width**2) * 10.0 ** draw.uniform(-8, 4) if draw.random() < 0.4 else None
    model = BayesianGaussianMixture(
        K, max_iter=40, random_state=seed, init_params=["k-means++", "random"][seed % 2],
        weight_concentration_prior=10.0 ** draw.uniform(-4, 2),
        mean_precision_prior=10.0 ** draw.uniform(-6, 2),
        covariance_prior=given_prior)
    start = draw.dirichlet(np.full(K, 0.2), size=len(X)) if draw.random() < 0.3 else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, responsibilities=start)
    assert rises(model.elbo_)
    np.testing.assert_allclose(model.responsibilities(X).sum(axis=1), 1)
    for values in (model.means_, model.covariances_, model.weights_, model.log_predictive(X)):
        assert np.isfinite(values).all()
    assert (np.linalg.eigvalsh(model.covariances_ / np.outer(width, width)) > 0).all()


# --- What it learns -----------------------------------------------------------------------------------


def test_old_faithful_keeps_two_components_of_six():
    model = BayesianGaussianMixture(6, weight_concentration_prior=1e-3, random_state=1).fit(FAITHFUL)
    assert model.converged_ and (model.weights_ > 0.01).sum() == 2
    np.testing.assert_allclose(np.sort(model.weights_)[-2:], [0.36, 0.64], atol=0.02)
    spare = model.weights_ < 0.01
    np.testing.assert_allclose(model.degrees_of_freedom_[spare], 2, atol=0.1)           # back to the prior
    np.testing.assert_allclose(model.means_[spare], np.tile(FAITHFUL.mean(axis=0), (4, 1)), rtol=0.1)


def test_relabelling_the_components_changes_nothing():
    start = rng(5).dirichlet(np.ones(3), size=len(FAITHFUL))
    one = BayesianGaussianMixture(3).fit(FAITHFUL, responsibilities=start)
    two = BayesianGaussianMixture(3).fit(FAITHFUL, responsibilities=start[:, [2, 0, 1]])
    assert one.elbo_[-1] == pytest.approx(two.elbo_[-1], rel=1e-10)
    np.testing.assert_allclose(one.means_[[2, 0, 1]], two.means_, rtol=1e-6)


def test_the_units_of_the_data_move_the_bound_by_their_jacobian_and_nothing_else():
    unit, shift = np.array([60.0, 0.001]), np.array([5.0, -2.0])
    start = rng(6).dirichlet(np.ones(3), size=len(FAITHFUL))
    one, two = (BayesianGaussianMixture(3, max_iter=40, tol=None).fit(X, responsibilities=start)
                for X in (FAITHFUL, FAITHFUL * unit + shift))
    np.testing.assert_allclose(one.means_ * unit + shift, two.means_, rtol=1e-7)
    assert one.elbo_[-1] - len(FAITHFUL) * np.log(unit).sum() == pytest.approx(two.elbo_[-1], rel=1e-9)


def test_one_component_is_the_exact_posterior_and_its_bound_the_evidence():
    """With K = 1 there is nothing to approximate: Normal-Wishart, and the chain rule of its predictives."""
    X = FAITHFUL[:30]
    options = {"mean_prior": [3.0, 70.0], "covariance_prior": COVARIANCE, "degrees_of_freedom_prior": 4.0}
    model = BayesianGaussianMixture(1, **options).fit(X)
    by_chain, beta, nu, m, inverse_w = 0.0, 1.0, 4.0, np.array([3.0, 70.0]), COVARIANCE.copy()
    for x in X:
        df = nu - 1
        by_chain += stats.multivariate_t.logpdf(x, m, inverse_w * (1 + beta) / (beta * df), df)
        inverse_w += beta / (beta + 1) * np.outer(x - m, x - m)
        m, beta, nu = (beta * m + x) / (beta + 1), beta + 1, nu + 1
    assert model.elbo_[-1] == pytest.approx(by_chain, rel=1e-10)
    np.testing.assert_allclose(model.means_[0], m)
    np.testing.assert_allclose(model.covariances_[0], inverse_w / nu)
    new = np.array([[3.0, 60.0], [10.0, 10.0]])
    scale = inverse_w * (1 + beta) / (beta * (nu - 1))
    np.testing.assert_allclose(model.log_predictive(new), stats.multivariate_t.logpdf(new, m, scale, nu - 1))


def test_the_predictive_density_integrates_to_one():
    model = BayesianGaussianMixture(3).fit(FAITHFUL)
    a, b = np.linspace(-20, 30, 500), np.linspace(-150, 300, 500)
    points = np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1).reshape(-1, 2)
    total = np.exp(model.log_predictive(points)).sum() * (a[1] - a[0]) * (b[1] - b[0])
    assert total == pytest.approx(1, abs=2e-3)


def test_the_distributions_are_those_of_the_attributes():
    model = BayesianGaussianMixture(3).fit(FAITHFUL)
    np.testing.assert_allclose(model.q_weights.mean, model.weights_)
    np.testing.assert_allclose(np.linalg.inv(model.q_precisions.mean), model.covariances_, rtol=1e-8)
    np.testing.assert_array_equal(model.predict(FAITHFUL), model.predict_proba(FAITHFUL).argmax(axis=1))


# --- Minibatches --------------------------------------------------------------------------------------


def test_a_step_of_length_one_with_all_the_data_is_a_sweep():
    """rho = 1 forgets the past: the natural gradient of the bound is the coordinate update."""
    X = blobs(300)
    options = {"random_state": 2, "mean_prior": X.mean(axis=0)}
    steps = BayesianGaussianMixture(
        4, total_samples=300, learning_offset=1e-12, learning_decay=1.0, **options)
    sweep = BayesianGaussianMixture(4, max_iter=2, tol=None, **options).fit(X)
    steps.partial_fit(X)
    np.testing.assert_allclose(steps.means_, sweep.means_, rtol=1e-8)
    np.testing.assert_allclose(steps.covariances_, sweep.covariances_, rtol=1e-8)
    assert steps.elbo_ == pytest.approx(sweep.elbo_[:1])    # the estimate is of the bound before the step


def test_a_step_averages_natural_parameters():
    """alpha, beta, beta m, nu, and W^-1 + beta m m^T move the part rho of the way to the minibatch's."""
    X = blobs(2000)
    prior = {"covariance_prior": np.eye(3), "mean_prior": np.zeros(3)}
    model = BayesianGaussianMixture(3, total_samples=2000, **prior)

    def natural(m):
        outer = m.means_[:, :, None] * m.means_[:, None, :] * m.mean_precision_[:, None, None]
        scatter = m.covariances_ * m.degrees_of_freedom_[:, None, None]
        return [m.weight_concentration_, m.mean_precision_, m.mean_precision_[:, None] * m.means_,
                m.degrees_of_freedom_, scatter + outer]

    before = natural(model.partial_fit(X[:500]))
    r = model.responsibilities(X[500:1000])
    goal = BayesianGaussianMixture(3, max_iter=1, tol=None, **prior)
    goal.fit(np.tile(X[500:1000], (4, 1)), responsibilities=np.tile(r, (4, 1)))
    rho = (2 + 10.0) ** -0.7
    for now, then, target in zip(natural(model.partial_fit(X[500:1000])), before, natural(goal)):
        np.testing.assert_allclose(now, (1 - rho) * then + rho * target, rtol=1e-9, atol=1e-9)


def test_minibatches_reach_the_bound_of_the_batch():
    X = blobs(20_000, d=3, K=4, spread=6.0)
    prior = {"mean_prior": X.mean(axis=0), "covariance_prior": np.cov(X.T)}
    batch = BayesianGaussianMixture(4, **prior).fit(X)
    steps = BayesianGaussianMixture(4, total_samples=20_000, **prior)
    order = rng(8).permutation(20_000)
    for _ in range(2):
        for i in range(0, 20_000, 500):
            steps.partial_fit(X[order[i : i + 500]])
    assert steps.elbo(X) > batch.elbo_[-1] - 0.001 * abs(batch.elbo_[-1])
    assert steps.n_iter_ == len(steps.elbo_) == 80
    assert np.median(steps.elbo_[40:]) == pytest.approx(steps.elbo(X), rel=0.01)


def test_partial_fit_carries_on_from_fit_and_fit_starts_afresh():
    X = blobs(400)
    model = BayesianGaussianMixture(4, total_samples=400).fit(X)
    best, means = model.elbo(X), model.means_
    model.partial_fit(X[:200])
    assert len(model.elbo_) == 1 and best - 20 < model.elbo(X) <= best + 1e-6
    np.testing.assert_array_equal(model.fit(X).means_, means)


# --- Hostile input and conventions --------------------------------------------------------------------

Y = np.array([[0.0, 1.0], [2.0, 1.5], [4.0, -1.0]])


def make(**options):
    return lambda: BayesianGaussianMixture(**options).fit(Y)


def step(**options):
    return BayesianGaussianMixture(**{"total_samples": 9} | options).partial_fit(Y)


HOSTILE = {
    "X empty": (lambda: BayesianGaussianMixture().fit(np.empty((0, 2))), "X must be non-empty"),
    "X nan": (lambda: BayesianGaussianMixture().fit([[NAN]]), "X must be free of NaN"),
    "X inf": (lambda: BayesianGaussianMixture().fit([[INF]]), "X must be finite"),
    "X axes": (lambda: BayesianGaussianMixture().fit([1.0]), "X must be an array with 2"),
    "X text": (lambda: BayesianGaussianMixture().fit([["a"]]), "X must be real"),
    "n_components": (make(n_components=0), "n_components must be an integer"),
    "n_components float": (make(n_components=2.0), "n_components must be an integer"),
    "alpha": (make(weight_concentration_prior=0), "weight_concentration_prior must be greater"),
    "beta": (make(mean_precision_prior=-1), "mean_precision_prior must be greater"),
    "df": (make(degrees_of_freedom_prior=1), "degrees_of_freedom_prior must be above d - 1 = 1"),
    "mean": (make(mean_prior=[0.0]), r"mean_prior must be of shape \(2,\)"),
    "mean nan": (make(mean_prior=[0.0, NAN]), "mean_prior must be free of NaN"),
    "covariance": (make(covariance_prior=np.eye(3)), r"covariance_prior must be of shape \(2, 2\)"),
    "covariance sign": (make(covariance_prior=-np.eye(2)), "covariance_prior must be positive definite"),
    "init": (make(init_params="kmeans"), "init_params must be one of"),
    "seed": (make(random_state="x"), "random_state must be an integer"),
    "seed sign": (make(random_state=-1), "random_state must be an integer"),
    "max_iter": (make(max_iter=0), "max_iter must be an integer"),
    "tol": (make(tol=0), "tol must be greater"),
    "callback": (lambda: BayesianGaussianMixture().fit(Y, callback=1), "callback must be callable"),
    "start shape": (lambda: BayesianGaussianMixture(2).fit(Y, responsibilities=[[1.0]]), r"shape \(3, 2\)"),
    "start sum": (lambda: BayesianGaussianMixture(2).fit(Y, responsibilities=np.ones((3, 2))), "sum to 1"),
    "total": (lambda: BayesianGaussianMixture().partial_fit(Y), "total_samples must be the number"),
    "total type": (lambda: step(total_samples=2.5), "total_samples must be an integer"),
    "decay": (lambda: step(learning_decay=0.5), "learning_decay must be above 0.5"),
    "decay high": (lambda: step(learning_decay=1.1), "learning_decay must be .* at most 1"),
    "offset": (lambda: step(learning_offset=-1), "learning_offset must be greater"),
    "batch columns": (lambda: step().partial_fit([[1.0]]), "X must be an array with 2 columns"),
    "columns": (lambda: BayesianGaussianMixture().fit(Y).predict([[1.0]]), "X must be an array with 2"),
    **{f"unfitted {name}": (lambda name=name: getattr(BayesianGaussianMixture(), name)(Y), "call fit first")
       for name in ("predict", "predict_proba", "responsibilities", "log_predictive", "elbo")},
    "unfitted q_weights": (lambda: BayesianGaussianMixture().q_weights, "call fit first"),
    "unfitted q_precisions": (lambda: BayesianGaussianMixture().q_precisions, "call fit first"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_bad_input_is_a_value_error_that_names_the_argument(case):
    call, message = HOSTILE[case]
    with pytest.raises(ValueError, match=message):
        call()


def test_float32_in_float32_out_and_the_trace_stays_float64():
    X = FAITHFUL.astype(np.float32)
    model = BayesianGaussianMixture(2, max_iter=20, tol=None).fit(X)
    learned = (model.means_, model.covariances_, model.weights_, model.weight_concentration_,
               model.mean_precision_, model.degrees_of_freedom_, model.responsibilities(X),
               model.log_predictive(X))
    assert {v.dtype for v in learned} == {np.dtype(np.float32)} and model.elbo_.dtype == np.float64
    wide = BayesianGaussianMixture(2, max_iter=20, tol=None).fit(X.astype(float))
    np.testing.assert_allclose(model.means_, wide.means_, rtol=1e-6)


def test_the_start_comes_from_random_state_and_nothing_else():
    def means(state, init):
        options = {"random_state": state, "init_params": init, "max_iter": 3, "tol": None}
        return BayesianGaussianMixture(4, **options).fit(FAITHFUL).means_

    for init in ("k-means++", "random"):
        np.testing.assert_array_equal(means(3, init), means(np.random.default_rng(3), init))
        assert not np.array_equal(means(3, init), means(4, init))


def test_a_fit_that_ran_out_of_sweeps_warns_once_and_inputs_are_left_alone():
    X, start = FAITHFUL.copy(), rng(9).dirichlet(np.ones(3), size=len(FAITHFUL))
    before, start_before = X.copy(), start.copy()
    with pytest.warns(ConvergenceWarning) as caught:
        model = BayesianGaussianMixture(3, max_iter=2).fit(X, responsibilities=start)
    assert len(caught) == 1 and not model.converged_ and model.n_iter_ == len(model.elbo_) == 2
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(start, start_before)


def test_the_callback_sees_components_in_the_units_of_the_data():
    seen = []
    model = BayesianGaussianMixture(2, max_iter=3, tol=None)
    model.fit(FAITHFUL, callback=lambda i, state, bound: seen.append((i, state, bound)))
    assert [s[0] for s in seen] == [1, 2, 3] and [s[2] for s in seen] == model.elbo_.tolist()
    np.testing.assert_array_equal(seen[-1][1].means, model.means_)
    np.testing.assert_array_equal(seen[-1][1].covariances, model.covariances_)
