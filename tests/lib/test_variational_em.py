"""The bound, the chain of EM and the mixture of Gaussians: properties over random data and starts, then
scikit-learn and brute force, then hostile input."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax
from sklearn.mixture import GaussianMixture as Peer

from varinf.datasets import old_faithful
from varinf.mean_field import ConvergenceWarning
from varinf.variational_em import Chain, GaussianMixture, chain, free_energy

pytestmark = pytest.mark.filterwarnings("error")
fifty = settings(derandomize=True, deadline=None, max_examples=50)
NAN, INF = float("nan"), float("inf")


def rng(seed=0):
    return np.random.default_rng(seed)


def tables(seed, zeros=True):
    """log p(x_n, z_n = k) under old and new parameters, and any q, with zeros."""
    g = rng(seed)
    shape = g.integers(1, 6, 2)
    old, new = g.normal(0, 10, (2, *shape)) + g.choice([0, -1e4, 700])
    q = g.dirichlet(np.full(shape[1], 0.5), shape[0])
    if zeros:
        q = np.where(q < q.max(axis=1, keepdims=True) / 5, 0, q)
    return old, new, q / q.sum(axis=1, keepdims=True)


AWKWARD = ["plain", "far off", "near duplicates", "collinear", "units apart", "one value", "few"]


def awkward_data(seed, kind):
    """(n, d) data of a kind that breaks naive formulas."""
    g = rng(seed)
    n, d = g.integers(8, 40), g.integers(1, 4)
    X = g.normal(size=(n, d)) + g.normal(0, 3, (3, d))[g.integers(0, 3, n)]
    if kind == "far off":
        X += 1e8
    if kind == "near duplicates":
        X[n // 2 :] = X[0] + 1e-9 * g.normal(size=(n - n // 2, d))
    if kind == "collinear":
        X = np.hstack([X, X @ g.normal(size=(d, 1)) + 2])
    if kind == "units apart":
        X *= np.geomspace(1e-9, 1e9, d)
    if kind == "one value":
        X[:] = X[0]
    if kind == "few":
        X = X[: g.integers(1, 4)]
    return X


def quietly(fit):
    """The result of `fit`, whether or not it converged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return fit()


def falls(trace):
    """The largest fall of a trace, in the units of its size."""
    return max(0.0, np.max(trace[:-1] - trace[1:], initial=0) / max(1, np.abs(trace).max()))


# --- The bound and the chain --------------------------------------------------------------------------


@fifty
@given(st.integers(0, 10**6))
def test_the_free_energy_never_exceeds_the_log_evidence_and_touches_it_at_the_posterior(seed):
    log_joint, _, q = tables(seed)
    log_evidence = logsumexp(log_joint, axis=1).sum()
    assert free_energy(log_joint, q) <= log_evidence + 1e-9 * (1 + abs(log_evidence))
    at_posterior = free_energy(log_joint, softmax(log_joint, axis=1))
    assert at_posterior == pytest.approx(log_evidence, rel=1e-12, abs=1e-10)


@fifty
@given(st.integers(0, 10**6))
def test_the_free_energy_is_the_sum_over_data_and_states(seed):
    log_joint, _, q = tables(seed)
    by_hand = sum(
        q[n, k] * (log_joint[n, k] - np.log(q[n, k]))
        for n in range(len(q)) for k in range(q.shape[1]) if q[n, k] > 0)
    assert free_energy(log_joint, q) == pytest.approx(by_hand, rel=1e-12, abs=1e-10)


@fifty
@given(st.integers(0, 10**6))
def test_the_outer_links_of_the_chain_hold_for_every_q_and_every_step(seed):
    old, new, q = tables(seed)
    links = chain(old, new, q)
    assert isinstance(links, Chain)
    slack = 1e-9 * (1 + abs(links.log_evidence_old) + abs(links.log_evidence_new))
    assert links.log_evidence_old >= links.elbo_old - slack
    assert links.elbo_new <= links.log_evidence_new + slack
    assert links.elbo_old == free_energy(old, q) and links.elbo_new == free_energy(new, q)


def test_mass_on_an_impossible_state_gives_minus_infinity_and_zero_mass_does_not():
    log_joint = np.array([[0.0, -INF]])
    assert free_energy(log_joint, [[0.5, 0.5]]) == -INF
    assert free_energy(log_joint, [[1.0, 0.0]]) == 0.0


def test_in_exact_em_the_first_link_is_an_equality_and_the_last_is_not():
    X = old_faithful().data
    old = GaussianMixture(2, max_iter=1, tol=None).fit(X)
    r, before = old.responsibilities(X), old.log_joint(X)
    links = chain(before, old.m_step(X, r).log_joint(X), r)
    assert links.elbo_old == pytest.approx(links.log_evidence_old, rel=1e-12)
    assert links.elbo_new > links.elbo_old + 1 and links.log_evidence_new > links.elbo_new + 0.1


def test_with_a_restricted_q_the_likelihood_can_fall_while_the_bound_rises():
    """Hard assignments, started at the maximum of the likelihood."""
    X = old_faithful().data
    mixture = GaussianMixture(2, tol=1e-9).fit(X)
    hard = np.eye(2)[mixture.predict(X)]
    before = mixture.log_joint(X)
    links = chain(before, mixture.m_step(X, hard).log_joint(X), hard)
    assert links.elbo_new > links.elbo_old + 1e-3
    assert links.log_evidence_new < links.log_evidence_old - 1e-3


# --- The mixture: properties ----------------------------------------------------------------------------


@pytest.mark.parametrize("covariance_type", ["full", "diagonal", "spherical"])
@settings(fifty, max_examples=70)
@given(st.integers(0, 10**6), st.sampled_from(AWKWARD), st.integers(1, 6), st.booleans())
def test_the_bound_of_a_mixture_never_falls(covariance_type, seed, kind, K, floor):
    """Or the fit says that a component collapsed: K may exceed n, and any start will do."""
    X = awkward_data(seed, kind)
    mixture = GaussianMixture(
        K, covariance_type=covariance_type, min_variance=1e-3 * X.var(axis=0).max() if floor else 0.0,
        random_state=seed, max_iter=30)
    try:
        quietly(lambda: mixture.fit(X))
    except ValueError as error:
        assert "larger min_variance" in str(error)
        return
    assert falls(mixture.elbo_) < 1e-10
    final = mixture.free_energy(X, mixture.responsibilities(X))
    assert final >= mixture.elbo_[-1] - 1e-7 * (1 + abs(final))


@settings(fifty, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from(["plain", "few", "one value", "collinear"]))
def test_a_floor_keeps_every_direction_of_every_component_above_it(seed, kind):
    X = awkward_data(seed, kind)
    mixture = quietly(lambda: GaussianMixture(4, min_variance=0.3, random_state=seed, max_iter=50).fit(X))
    assert np.linalg.eigvalsh(mixture.covariances_).min() >= 0.3 * (1 - 1e-9)
    assert np.isfinite(mixture.elbo_).all() and falls(mixture.elbo_) < 1e-10


def log_likelihood(X, weights, means, covariances):
    """sum_n log sum_k weight_k N(x_n | k), by scipy."""
    return logsumexp([
        np.log(w) + stats.multivariate_normal(m, c).logpdf(X).reshape(len(X))
        for w, m, c in zip(weights, means, covariances)], axis=0).sum()


def full(mixture, d):
    covariances = mixture.covariances_
    if covariances.ndim == 3:
        return covariances
    return [np.diag(np.broadcast_to(c, d)) for c in covariances]


@pytest.mark.parametrize("covariance_type", ["full", "diagonal", "spherical"])
def test_the_converged_bound_is_the_log_likelihood_by_scipy(covariance_type):
    X = rng(1).normal(size=(200, 3)) + 4 * rng(2).integers(0, 3, 200)[:, None]
    mixture = GaussianMixture(3, covariance_type=covariance_type, tol=1e-9, max_iter=5000).fit(X)
    expected = log_likelihood(X, mixture.weights_, mixture.means_, full(mixture, 3))
    assert mixture.elbo_[-1] == pytest.approx(expected, abs=1e-7)
    assert mixture.score(X) * len(X) == pytest.approx(expected, rel=1e-12)


def test_the_trace_is_the_bound_at_the_q_of_the_e_step_and_the_theta_of_the_m_step():
    X = old_faithful().data
    start = GaussianMixture(3, max_iter=1, tol=None).fit(X)
    theta = dict(weights_init=start.weights_, means_init=start.means_, covariances_init=start.covariances_)
    r = start.responsibilities(X)
    after = GaussianMixture(3, max_iter=1, tol=None, **theta).fit(X)
    assert after.elbo_[0] == pytest.approx(after.free_energy(X, r), rel=1e-12)
    np.testing.assert_allclose(start.m_step(X, r).means_, after.means_, rtol=1e-12)


def test_the_m_step_is_the_maximum_of_the_bound_for_any_responsibilities():
    X, r = rng(0).normal(size=(30, 1)), rng(1).dirichlet([1, 1], 30)
    mixture = GaussianMixture(2).m_step(X, r)

    def minus_bound(theta):
        weights, means, sds = softmax([theta[0], 0]), theta[1:3], np.exp(theta[3:5])
        return -free_energy(np.log(weights) + stats.norm(means, sds).logpdf(X), r)

    best = minimize(minus_bound, np.zeros(5), method="BFGS", options={"gtol": 1e-9})
    assert mixture.free_energy(X, r) == pytest.approx(-best.fun, abs=1e-9)
    np.testing.assert_allclose(mixture.means_[:, 0], best.x[1:3], atol=1e-5)
    np.testing.assert_allclose(np.sqrt(mixture.covariances_[:, 0, 0]), np.exp(best.x[3:5]), atol=1e-5)


def test_the_m_step_under_a_floor_is_the_constrained_maximum():
    """No covariance with eigenvalues above the floor gives a higher bound: random ones tried."""
    X, g = rng(3).normal(size=(20, 2)) * [3, 0.1], rng(4)
    ones, floor = np.ones((20, 1)), 0.5
    mixture = GaussianMixture(min_variance=floor).m_step(X, ones)
    best = mixture.free_energy(X, ones)
    assert np.linalg.eigvalsh(mixture.covariances_[0])[0] == pytest.approx(floor)
    for _ in range(300):
        A = 0.3 * g.normal(size=(2, 2))
        values, vectors = np.linalg.eigh(mixture.covariances_[0] + A @ A.T * g.choice([-1, 1]))
        covariance = (vectors * np.maximum(values, floor)) @ vectors.T
        assert stats.multivariate_normal(mixture.means_[0], covariance).logpdf(X).sum() <= best + 1e-9


def test_a_component_to_which_nobody_belongs_keeps_its_place_and_loses_its_weight():
    X = old_faithful().data
    mixture = GaussianMixture(2).fit(X)
    mean, covariance = mixture.means_[1], mixture.covariances_[1]
    mixture.m_step(X, np.tile([1.0, 0.0], (len(X), 1)))
    assert mixture.weights_.tolist() == [1.0, 0.0]
    np.testing.assert_allclose(mixture.means_[1], mean, rtol=1e-12)
    np.testing.assert_array_equal(mixture.covariances_[1], covariance)
    assert np.isneginf(mixture.log_joint(X)[:, 1]).all() and np.isfinite(mixture.log_prob(X)).all()


def test_far_off_data_give_the_answer_of_the_same_data_at_home():
    X = np.round(rng(0).normal(size=(100, 2)) * 2**10) / 2**10 + 4.0 * rng(1).integers(0, 2, (100, 1))
    here, there = (GaussianMixture(2, tol=1e-6).fit(X + shift) for shift in (0, 2.0**27))
    np.testing.assert_allclose(there.elbo_, here.elbo_, rtol=1e-9)
    np.testing.assert_allclose(there.covariances_, here.covariances_, rtol=1e-6)


def test_float32_data_give_float32_parameters_and_a_float64_trace():
    X = old_faithful().data.astype(np.float32)
    mixture = GaussianMixture(2).fit(X)
    arrays = mixture.weights_, mixture.means_, mixture.covariances_, mixture.log_prob(X)
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert mixture.elbo_.dtype == np.float64
    np.testing.assert_allclose(mixture.means_, GaussianMixture(2).fit(X.astype(float)).means_, rtol=1e-5)


# --- The mixture: known answers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "covariance_type, theirs", [("full", "full"), ("diagonal", "diag"), ("spherical", "spherical")])
def test_em_is_that_of_scikit_learn_from_the_same_start(covariance_type, theirs):
    g, K = rng(0), 3
    X = g.normal(size=(300, 4)) @ g.normal(size=(4, 4)) + g.normal(0, 4, (K, 4))[g.integers(0, K, 300)]
    means, weights, variances = X[:K], np.array([0.2, 0.3, 0.5]), np.array([1.0, 2.0, 0.5])
    start = {
        "full": variances[:, None, None] * np.eye(4), "diagonal": variances[:, None] * np.ones(4),
        "spherical": variances}
    ours = GaussianMixture(
        K, covariance_type=covariance_type, weights_init=weights, means_init=means,
        covariances_init=start[covariance_type], max_iter=25, tol=None).fit(X)
    precisions = {
        "full": np.eye(4) / variances[:, None, None], "diag": np.ones(4) / variances[:, None],
        "spherical": 1 / variances}
    peer = Peer(
        K, covariance_type=theirs, weights_init=weights, means_init=means, precisions_init=precisions[theirs],
        max_iter=25, tol=0, reg_covar=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")                         # theirs did not converge either
        peer.fit(X)
    np.testing.assert_allclose(ours.means_, peer.means_, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(ours.covariances_, peer.covariances_, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(ours.weights_, peer.weights_, rtol=1e-9)
    np.testing.assert_allclose(ours.predict_proba(X), peer.predict_proba(X), atol=1e-8)
    assert ours.score(X) == pytest.approx(peer.score(X), rel=1e-10)


def test_with_a_tiny_fixed_variance_the_e_step_is_that_of_k_means():
    X, means = old_faithful().data, np.array([[2.0, 50.0], [4.5, 80.0]])
    mixture = GaussianMixture(
        2, covariance_type="spherical", weights_init=[0.5, 0.5], means_init=means,
        covariances_init=[1e-4, 1e-4], max_iter=1, tol=None).fit(X)
    nearest = np.square(X[:, None] - means).sum(axis=2).argmin(axis=1)
    np.testing.assert_allclose(mixture.means_, [X[nearest == k].mean(axis=0) for k in (0, 1)], rtol=1e-12)


def test_a_singularity_is_an_error_that_names_the_component_and_the_cure():
    X = np.r_[np.zeros(20), rng(0).normal(5, 1, 20)][:, None]
    means, variances = [[0.0], [5.0]], [[[0.01]], [[1.0]]]
    start = dict(means_init=means, covariances_init=variances)
    with pytest.raises(ValueError, match="component 0 has shrunk to a point.*min_variance"):
        GaussianMixture(2, **start).fit(X)
    assert GaussianMixture(2, min_variance=1e-4, **start).fit(X).covariances_[0, 0, 0] == pytest.approx(1e-4)


def test_samples_have_the_moments_of_the_mixture():
    X = old_faithful().data
    for covariance_type in ("full", "diagonal", "spherical"):
        mixture = GaussianMixture(2, covariance_type=covariance_type).fit(X)
        draws, labels = mixture.sample(rng(0), 40_000)
        errors = draws.std(axis=0) / np.sqrt(len(draws))
        assert (np.abs(draws.mean(axis=0) - mixture.weights_ @ mixture.means_) < 4 * errors).all()
        covariance = full(mixture, 2)[1]
        slack = 0.05 * np.trace(covariance)
        np.testing.assert_allclose(np.cov(draws[labels == 1].T), covariance, rtol=0.05, atol=slack)


def test_one_component_is_the_sample_mean_and_covariance_whatever_the_start():
    X = old_faithful().data
    mixture = GaussianMixture(1, means_init=[[0.0, 0.0]]).fit(X)
    np.testing.assert_allclose(mixture.means_[0], X.mean(axis=0))
    np.testing.assert_allclose(mixture.covariances_[0], np.cov(X.T, bias=True))


def test_without_convergence_there_is_one_warning_and_with_tol_none_there_is_none():
    X = old_faithful().data
    with pytest.warns(ConvergenceWarning) as caught:
        GaussianMixture(2, max_iter=2).fit(X)
    assert len(caught) == 1
    seen = []
    mixture = GaussianMixture(2, max_iter=3, tol=None)
    mixture.fit(X, callback=lambda i, state, bound: seen.append((i, state.means, bound)))
    assert [i for i, _, _ in seen] == [1, 2, 3] and [b for _, _, b in seen] == mixture.elbo_.tolist()
    np.testing.assert_array_equal(seen[-1][1], mixture.means_)


# --- Hostile input --------------------------------------------------------------------------------------

X4 = rng(0).normal(size=(4, 2))


@pytest.mark.parametrize("call, name", [
    (lambda: free_energy([[NAN]], [[1.0]]), "log_joint"),
    (lambda: free_energy([[INF]], [[1.0]]), "log_joint"),
    (lambda: free_energy([0.0], [[1.0]]), "log_joint"),
    (lambda: free_energy([], [[1.0]]), "log_joint"),
    (lambda: free_energy([["a"]], [[1.0]]), "log_joint"),
    (lambda: free_energy([[0.0, 0.0]], [[0.7, 0.7]]), "q"),
    (lambda: free_energy([[0.0, 0.0]], [[1.5, -0.5]]), "q"),
    (lambda: free_energy([[0.0, 0.0]], [[1.0]]), "q"),
    (lambda: chain([[0.0]], [[0.0, 1.0]], [[1.0]]), "log_joint_new"),
    (lambda: chain([[NAN]], [[0.0]], [[1.0]]), "log_joint_old"),
    (lambda: chain([[0.0]], [[INF]], [[1.0]]), "log_joint_new"),
    (lambda: chain([[0.0]], [[0.0]], [[0.5]]), "q"),
    (lambda: GaussianMixture().fit([]), "X"),
    (lambda: GaussianMixture().fit([1.0, 2.0]), "X"),
    (lambda: GaussianMixture().fit([[1.0, NAN]]), "X"),
    (lambda: GaussianMixture().fit([[1.0], [1e200]]), "X"),
    (lambda: GaussianMixture().fit([["a"], ["b"]]), "X"),
    (lambda: GaussianMixture().fit([[1.0 + 2j]]), "X"),
    (lambda: GaussianMixture(0).fit(X4), "n_components"),
    (lambda: GaussianMixture(2.0).fit(X4), "n_components"),
    (lambda: GaussianMixture(covariance_type="tied").fit(X4), "covariance_type"),
    (lambda: GaussianMixture(min_variance=-1).fit(X4), "min_variance"),
    (lambda: GaussianMixture(min_variance=NAN).fit(X4), "min_variance"),
    (lambda: GaussianMixture(2, weights_init=[1.0]).fit(X4), "weights_init"),
    (lambda: GaussianMixture(2, weights_init=[0.5, 0.6]).fit(X4), "weights_init"),
    (lambda: GaussianMixture(2, means_init=[[0.0, 1.0]]).fit(X4), "means_init"),
    (lambda: GaussianMixture(1, covariances_init=np.eye(2)).fit(X4), "covariances_init"),
    (lambda: GaussianMixture(1, covariances_init=[[[1.0, 2.0], [2.0, 1.0]]]).fit(X4), "covariances_init"),
    (lambda: GaussianMixture(covariance_type="diagonal", covariances_init=[[1, 0]]).fit(X4),
     "covariances_init"),
    (lambda: GaussianMixture(max_iter=0).fit(X4), "max_iter"),
    (lambda: GaussianMixture(tol=-1.0).fit(X4), "tol"),
    (lambda: GaussianMixture(random_state="seed").fit(X4), "random_state"),
    (lambda: GaussianMixture().predict(X4), "GaussianMixture"),
    (lambda: GaussianMixture().sample(rng(), 1), "GaussianMixture"),
    (lambda: GaussianMixture().fit(X4).log_prob(X4[:, :1]), "X"),
    (lambda: GaussianMixture().fit(X4).free_energy(X4, np.ones((3, 1))), "responsibilities"),
    (lambda: GaussianMixture().fit(X4).sample(0, 1), "rng"),
    (lambda: GaussianMixture().fit(X4).sample(rng(), 0), "size"),
    (lambda: GaussianMixture(2).m_step(X4, np.ones((4, 1))), "responsibilities"),
    (lambda: GaussianMixture(2).m_step(X4, np.tile([1.0, 0.0], (4, 1))), "responsibilities"),
    (lambda: GaussianMixture(covariance_type="x").m_step(X4, np.ones((4, 1))), "covariance_type"),
])
def test_bad_input_raises_a_value_error_that_names_the_argument(call, name):
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        call()


def test_a_single_point_and_a_constant_feature_say_that_they_need_a_floor():
    for X in ([[1.0, 2.0]], [[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]]):
        with pytest.raises(ValueError, match="min_variance"):
            GaussianMixture().fit(X)
        assert np.isfinite(GaussianMixture(min_variance=0.1).fit(X).elbo_).all()


def test_fitting_changes_neither_the_data_nor_the_settings():
    X, start = old_faithful().data, np.array([[2.0, 50.0], [4.0, 80.0]])
    copy, before = X.copy(), start.copy()
    mixture = GaussianMixture(2, means_init=start).fit(X)
    np.testing.assert_array_equal(X, copy)
    np.testing.assert_array_equal(start, before)
    assert mixture.means_init is start and mixture.n_components == 2
    mixture.means_[:] = 0
    np.testing.assert_array_equal(start, before)
