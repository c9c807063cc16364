"""Probabilistic PCA, factor analysis and Bayesian logistic regression: properties over random data and
starts, then direct maximisation, scikit-learn and quadrature, then hostile input."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.decomposition import FactorAnalysis as Peer

from varinf.evidence import trapezoid
from varinf.mean_field import ConvergenceWarning
from varinf.variational_em import BayesianLogisticRegression, FactorAnalysis, ProbabilisticPCA

pytestmark = pytest.mark.filterwarnings("error")
fifty = settings(derandomize=True, deadline=None, max_examples=50)
NAN, INF = float("nan"), float("inf")
TWO_FACTORS = (
    np.random.default_rng(0).normal(size=(200, 2)) @ np.random.default_rng(1).normal(size=(2, 6))
    + np.random.default_rng(2).normal(size=(200, 6)) * np.linspace(0.5, 1.5, 6))
MODELS = [lambda k, **rest: ProbabilisticPCA(k, method="em", **rest), FactorAnalysis]


def rng(seed=0):
    return np.random.default_rng(seed)


AWKWARD = ["plain", "far off", "near duplicates", "collinear", "units apart", "wide", "one point"]


def awkward_data(seed, kind):
    g = rng(seed)
    n, d = g.integers(10, 40), g.integers(2, 6)
    X = g.normal(size=(n, 2)) @ g.normal(size=(2, d)) + 0.3 * g.normal(size=(n, d))
    if kind == "far off":
        X += 1e8
    if kind == "near duplicates":
        X[n // 2 :] = X[0] + 1e-9 * g.normal(size=(n - n // 2, d))
    if kind == "collinear":
        X = np.hstack([X, X[:, :1] + X[:, 1:2]])
    if kind == "units apart":
        X *= np.geomspace(1e-9, 1e9, d)
    if kind == "wide":
        X = g.normal(size=(4, 12))
    return X[:1] if kind == "one point" else X


def quietly(fit):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return fit()


def falls(trace):
    """The largest fall of a trace, in the units of its size."""
    return max(0.0, np.max(trace[:-1] - trace[1:], initial=0) / max(1, np.abs(trace).max()))


# --- Both linear-Gaussian models ------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
@settings(fifty, max_examples=100)
@given(st.integers(0, 10**6), st.sampled_from(AWKWARD), st.integers(1, 4), st.booleans())
def test_the_bound_never_falls_and_stays_below_the_log_likelihood(model, seed, kind, k, floor):
    """Or the fit says that no noise is left."""
    X = awkward_data(seed, kind)
    k = min(k, X.shape[1] - 1)
    floor = max(1e-3 * X.var(), 1e-3) if floor else 0.0
    estimator = model(k, min_variance=floor, random_state=seed, max_iter=60, tol=None)
    try:
        estimator.fit(X)
    except ValueError as error:
        assert "larger min_variance" in str(error)
        return
    assert falls(estimator.elbo_) < 1e-10
    total = estimator.score(X) * len(X)
    assert estimator.elbo_[-1] <= total + 1e-6 * (1 + abs(total))


@pytest.mark.parametrize("model", MODELS)
def test_log_prob_is_that_of_a_normal_with_the_models_covariance(model):
    X = awkward_data(0, "plain")
    estimator = model(1, tol=1e-3).fit(X)
    expected = stats.multivariate_normal(estimator.mean_, estimator.covariance()).logpdf(X)
    np.testing.assert_allclose(estimator.log_prob(X), expected, rtol=1e-10)
    assert estimator.score(X) == pytest.approx(expected.mean(), rel=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_the_converged_bound_is_the_log_likelihood_by_scipy(model):
    estimator = model(2, tol=1e-8).fit(TWO_FACTORS)
    exact = stats.multivariate_normal(estimator.mean_, estimator.covariance()).logpdf(TWO_FACTORS).sum()
    assert estimator.elbo_[-1] == pytest.approx(exact, abs=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_the_posterior_is_that_of_the_joint_normal(model):
    X = awkward_data(1, "plain")
    estimator = model(1, tol=1e-3).fit(X)
    W, C = estimator.loadings_, estimator.covariance()
    means, covariance = estimator.posterior(X)
    np.testing.assert_allclose(means, (X - estimator.mean_) @ np.linalg.solve(C, W), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(covariance, np.eye(1) - W.T @ np.linalg.solve(C, W), rtol=1e-6)
    np.testing.assert_array_equal(estimator.transform(X), means)


@pytest.mark.parametrize("model", MODELS)
def test_samples_have_the_models_mean_and_covariance(model):
    estimator = model(1, tol=1e-3).fit(awkward_data(2, "plain"))
    draws, C = estimator.sample(rng(0), 40_000), estimator.covariance()
    assert (np.abs(draws.mean(axis=0) - estimator.mean_) < 4 * np.sqrt(np.diag(C) / 40_000)).all()
    spread = np.sqrt((C**2 + np.outer(np.diag(C), np.diag(C))) / 40_000)
    assert (np.abs(np.cov(draws.T) - C) < 4.5 * spread).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_trace_is_the_bound_at_the_q_of_the_e_step_and_the_theta_of_the_m_step(model):
    """L = sum_n E_q[log p(x_n, z_n)] + H(q), with every expectation by hand."""
    X, seen = awkward_data(3, "plain"), []
    estimator = model(1, max_iter=2, tol=None)
    estimator.fit(X, callback=lambda i, state, bound: seen.append((state.loadings, state.noise_variance)))
    (W0, noise0), (W, noise) = seen
    centred = X - X.mean(axis=0)
    V = np.linalg.inv(np.eye(1) + W0.T @ (W0 / noise0[:, None]))
    bound = 0.0
    for x in centred:
        m = V @ W0.T @ (x / noise0)
        residual = (x - W @ m) ** 2 + np.diag(W @ V @ W.T)
        bound += -0.5 * (np.log(2 * np.pi * noise) + residual / noise).sum()
        bound += -0.5 * (np.log(2 * np.pi) + m @ m + np.trace(V))
        bound += 0.5 * np.log(np.linalg.det(2 * np.pi * np.e * V))
    assert estimator.elbo_[-1] == pytest.approx(bound, rel=1e-10)


@pytest.mark.parametrize("model", [ProbabilisticPCA, *MODELS])
def test_float32_data_give_float32_answers(model):
    X = awkward_data(4, "plain").astype(np.float32)
    estimator = quietly(lambda: model(1).fit(X))
    arrays = [estimator.mean_, estimator.loadings_, estimator.covariance()]
    arrays += [estimator.transform(X), estimator.log_prob(X), estimator.sample(rng(), 2)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert estimator.elbo_.dtype == np.float64


@pytest.mark.parametrize("model", [ProbabilisticPCA, *MODELS])
def test_data_without_noise_are_an_error_that_names_the_cure(model):
    for X in (awkward_data(0, "wide")[:2], np.tile([1.0, 2.0, 3.0], (5, 1))):
        with pytest.raises(ValueError, match="larger min_variance"):
            model(2, max_iter=5000).fit(X)
        assert np.isfinite(quietly(lambda: model(2, min_variance=0.1).fit(X)).elbo_).all()


def test_far_off_data_give_the_answer_of_the_same_data_at_home():
    X = np.round(awkward_data(6, "plain") * 2**10) / 2**10
    for model in (ProbabilisticPCA, *MODELS):
        here, there = (quietly(lambda: model(1).fit(X + shift)) for shift in (0, 2.0**27))
        np.testing.assert_allclose(there.loadings_, here.loadings_, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(there.noise_variance_, here.noise_variance_, rtol=1e-6)


# --- Probabilistic PCA ----------------------------------------------------------------------------------


@settings(fifty, max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from(["plain", "far off", "wide"]), st.integers(1, 2))
def test_em_reaches_the_closed_form(seed, kind, k):
    X = awkward_data(seed, kind)
    k = min(k, X.shape[1] - 1)
    closed = ProbabilisticPCA(k).fit(X)
    em = quietly(lambda: ProbabilisticPCA(k, method="em", random_state=seed, tol=1e-10, max_iter=5000).fit(X))
    assert em.elbo_[-1] <= closed.elbo_[0] + 1e-8 * abs(closed.elbo_[0])
    if em.converged_:                                           # slow where two eigenvalues nearly coincide
        assert em.elbo_[-1] == pytest.approx(closed.elbo_[0], abs=1e-3)
    product = closed.loadings_ @ closed.loadings_.T
    gap = np.diff(np.sort(np.linalg.eigvalsh(np.cov(X.T, bias=True)))[-k - 1 :])[0]
    if gap > 0.3:
        slack = 1e-3 * (1 + np.abs(product).max())
        np.testing.assert_allclose(em.loadings_ @ em.loadings_.T, product, atol=slack)
        assert em.noise_variance_ == pytest.approx(closed.noise_variance_, rel=1e-3)


def test_the_closed_form_is_no_worse_than_direct_maximisation():
    X = TWO_FACTORS[:, :3]
    X = X - X.mean(axis=0)

    def minus(theta):
        W = theta[:3, None]
        return -stats.multivariate_normal(np.zeros(3), W @ W.T + np.exp(theta[3]) * np.eye(3)).logpdf(X).sum()

    closed = ProbabilisticPCA(1).fit(X)
    best = min(minimize(minus, rng(s).normal(size=4)).fun for s in range(3))
    assert closed.elbo_[0] == pytest.approx(-best, abs=1e-5)


def test_the_closed_form_has_the_axes_and_the_noise_of_scikit_learns_pca():
    X = load_wine().data[:, :6]
    closed, peer = ProbabilisticPCA(2).fit(X), PCA(2).fit(X)
    lengths = np.linalg.norm(closed.loadings_, axis=0)
    np.testing.assert_allclose(np.abs(closed.loadings_ / lengths), np.abs(peer.components_.T), atol=1e-10)
    shrink = (len(X) - 1) / len(X)                              # theirs divides by n - 1
    assert closed.noise_variance_ == pytest.approx(peer.noise_variance_ * shrink, rel=1e-10)
    variances = lengths**2 + closed.noise_variance_
    np.testing.assert_allclose(variances, peer.explained_variance_ * shrink, rtol=1e-10)
    assert (closed.loadings_[np.abs(closed.loadings_).argmax(axis=0), [0, 1]] > 0).all()


def test_a_floor_above_the_noise_is_the_constrained_maximum():
    X, floor = awkward_data(12, "plain"), 0.5
    constrained = ProbabilisticPCA(1, min_variance=floor).fit(X)
    em = ProbabilisticPCA(1, min_variance=floor, method="em", tol=1e-10).fit(X)
    assert constrained.noise_variance_ == em.noise_variance_ == floor
    assert em.elbo_[-1] == pytest.approx(constrained.elbo_[0], abs=1e-6)


# --- Factor analysis ------------------------------------------------------------------------------------


def direct_maximum(X, k, seeds=3):
    """The largest log likelihood over W and the logarithms of the noise variances, by scipy."""
    X = X - X.mean(axis=0)
    d, S = X.shape[1], X.T @ X / len(X)

    def minus(theta):
        W, noise = theta[: d * k].reshape(d, k), np.exp(theta[d * k :])
        C = W @ W.T + np.diag(noise)
        inverse = np.linalg.inv(C)
        value = 0.5 * (d * np.log(2 * np.pi) + np.linalg.slogdet(C)[1] + np.trace(inverse @ S))
        slope = 0.5 * (inverse - inverse @ S @ inverse)
        return value, np.append(2 * slope @ W, np.diag(slope) * noise)

    starts = (np.append(rng(s).normal(size=d * k), np.zeros(d)) for s in range(seeds))
    options = {"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9}
    return -len(X) * min(
        minimize(minus, start, jac=True, method="L-BFGS-B", options=options).fun for start in starts)


@pytest.mark.parametrize("X, k", [
    (load_wine().data[:, :6] / load_wine().data[:, :6].std(axis=0), 2),
    (TWO_FACTORS, 2),
])
def test_em_reaches_the_maximum_that_direct_optimisation_and_scikit_learn_find(X, k):
    fits = [FactorAnalysis(k, tol=1e-8, max_iter=50_000, random_state=seed).fit(X) for seed in (0, 1)]
    best = max(fits, key=lambda fit: fit.elbo_[-1])
    peer = Peer(k, tol=1e-9, max_iter=10_000, svd_method="lapack").fit(X)
    assert best.elbo_[-1] == pytest.approx(direct_maximum(X, k), abs=1e-3)
    assert best.elbo_[-1] == pytest.approx(peer.score(X) * len(X), abs=1e-3)
    np.testing.assert_allclose(best.covariance(), peer.get_covariance(), atol=2e-3)


def test_the_answer_follows_a_change_of_units_which_that_of_pca_does_not():
    X, units = TWO_FACTORS, np.array([1.0, 10.0, 0.1, 3.0, 0.5, 7.0])
    factors = [FactorAnalysis(1, tol=1e-9).fit(data) for data in (X, X * units)]
    factors = [np.abs(fit.loadings_[:, 0]) for fit in factors]
    np.testing.assert_allclose(factors[1], factors[0] * units, rtol=1e-3)
    axes = [np.abs(ProbabilisticPCA(1).fit(data).loadings_[:, 0]) for data in (X, X * units)]
    assert np.abs(axes[1] - axes[0] * units).max() > 0.1


# --- Logistic regression --------------------------------------------------------------------------------


def labelled(seed, d, n=None):
    g = rng(seed)
    X = g.normal(size=(n or g.integers(1, 30), d)) * g.choice([0.1, 1, 5])
    return X, (g.random(len(X)) < expit(X @ g.normal(size=d))).astype(float)


@settings(fifty, max_examples=100)
@given(
    st.integers(0, 10**6),
    st.sampled_from(["plain", "far off", "one point", "collinear", "separable", "zeros"]))
def test_the_bound_of_logistic_regression_never_falls(seed, kind):
    X, y = labelled(seed, 3)
    if kind == "far off":
        X = X + 1e8
    if kind == "one point":
        X, y = X[:1], y[:1]
    if kind == "collinear":
        X = np.hstack([X, X, 2 * X[:, :1]])
    if kind == "separable":
        y = (X[:, 0] > 0).astype(float)
    if kind == "zeros":
        X = 0 * X
    scale = rng(seed).choice([0.1, 1.0, 100.0])
    model = quietly(lambda: BayesianLogisticRegression(prior_scale=scale, max_iter=50).fit(X, y))
    assert falls(model.elbo_) < 1e-10 and (model.elbo_ <= 0).all()


def evidence_by_quadrature(X, y, centre, scale):
    d = X.shape[1]

    def log_joint(w):
        w = w.reshape(-1, d)
        prior = stats.norm(centre, scale).logpdf(w).sum(axis=1)
        return prior - np.logaddexp(0, -(2 * y - 1) * (w @ X.T)).sum(axis=1)

    if d == 1:
        return trapezoid(log_joint, centre - 9 * scale, centre + 9 * scale, 2001)
    return trapezoid(log_joint, np.full(d, centre - 9 * scale), np.full(d, centre + 9 * scale), 301)


@settings(fifty, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 2), st.sampled_from([0.3, 1.0, 3.0]), st.floats(-1, 1))
def test_the_bound_of_logistic_regression_is_below_the_evidence_by_quadrature(seed, d, scale, centre):
    X, y = labelled(seed, d)
    model = BayesianLogisticRegression(prior_mean=centre, prior_scale=scale, tol=1e-8, max_iter=20_000)
    assert model.fit(X, y).elbo_[-1] <= evidence_by_quadrature(X, y, centre, scale) + 1e-6


@pytest.mark.parametrize("d", [1, 2])
def test_with_many_data_the_gap_is_a_fraction_of_a_nat_a_weight(d):
    X = rng(d).normal(size=(400, d))
    y = (rng(5).random(400) < expit(X.sum(axis=1))).astype(float)
    model = BayesianLogisticRegression(tol=1e-10).fit(X, y)
    assert 0 < evidence_by_quadrature(X, y, 0.0, 1.0) - model.elbo_[-1] < 0.25 * d


def test_the_converged_bound_is_the_one_of_bishop():
    """Equation (10.164), term by term, at the xi of the fit."""
    X, y = labelled(3, 2, 40)
    model = BayesianLogisticRegression(prior_mean=[0.5, -1.0], prior_scale=[1.0, 2.0], tol=1e-10).fit(X, y)
    m0, S0, xi = np.array([0.5, -1.0]), np.diag([1.0, 4.0]), model.xi_
    lam = (expit(xi) - 0.5) / (2 * xi)
    SN = np.linalg.inv(np.linalg.inv(S0) + 2 * (X.T * lam) @ X)
    mN = SN @ (np.linalg.inv(S0) @ m0 + X.T @ (y - 0.5))
    bound = 0.5 * np.linalg.slogdet(SN)[1] - 0.5 * np.linalg.slogdet(S0)[1]
    bound += 0.5 * mN @ np.linalg.inv(SN) @ mN - 0.5 * m0 @ np.linalg.inv(S0) @ m0
    bound += (np.log(expit(xi)) - 0.5 * xi + lam * xi**2).sum()
    assert model.elbo_[-1] == pytest.approx(bound, abs=1e-8)
    np.testing.assert_allclose(model.mean_, mN, atol=1e-4)
    np.testing.assert_allclose(model.covariance_, SN, atol=1e-4)


def test_xi_and_q_are_the_joint_maximum_of_the_bound():
    """The same bound maximised over xi, with q at its best, by a general optimiser."""
    X, y = labelled(3, 2, 6)

    def minus(log_xi):
        xi = np.exp(log_xi)
        lam = np.tanh(xi / 2) / (4 * xi)
        precision = np.eye(2) + 2 * (X.T * lam) @ X
        h = X.T @ (y - 0.5)
        return -(-0.5 * np.linalg.slogdet(precision)[1] + 0.5 * h @ np.linalg.solve(precision, h)
                 + (np.log(expit(xi)) - 0.5 * xi + lam * xi**2).sum())

    model = BayesianLogisticRegression(tol=1e-10).fit(X, y)
    best = minimize(minus, np.zeros(6), method="BFGS", options={"gtol": 1e-8})
    assert model.elbo_[-1] == pytest.approx(-best.fun, abs=1e-8)
    np.testing.assert_allclose(model.xi_, np.exp(best.x), rtol=1e-3)


@pytest.mark.parametrize("mean", [-30.0, -2.0, 0.0, 0.7, 8.0])
@pytest.mark.parametrize("scale", [1e-3, 0.5, 1.99, 2.01, 10.0, 500.0])
def test_predictions_average_the_sigmoid_over_q(mean, scale):
    model = BayesianLogisticRegression(prior_mean=mean, prior_scale=scale).fit([[0.0]], [1.0])
    assert model.mean_[0] == pytest.approx(mean) and model.covariance_[0, 0] == pytest.approx(scale**2)
    z = np.linspace(-12, 12, 400_001)
    weights = stats.norm.pdf(z)
    expected = expit(mean + scale * z) @ (weights / weights.sum())
    proba = model.predict_proba([[1.0]])
    assert proba[0, 1] == pytest.approx(expected, abs=1e-9) and proba.sum() == pytest.approx(1)
    assert model.predict([[1.0]])[0] == (expected > 0.5)


def test_predictions_are_more_cautious_than_those_of_the_mean_weights():
    X, y = labelled(0, 2, 30)
    model = BayesianLogisticRegression(prior_scale=3.0).fit(X, y)
    plugged = expit(X @ model.mean_)
    assert (np.abs(model.predict_proba(X)[:, 1] - 0.5) < np.abs(plugged - 0.5)).all()


# --- Hostile input --------------------------------------------------------------------------------------

X6 = rng(0).normal(size=(6, 3))
Y6 = np.array([0, 1, 0, 1, 1, 0])


@pytest.mark.parametrize("model", [ProbabilisticPCA, *MODELS])
@pytest.mark.parametrize("arguments, X, name", [
    ({}, [], "X"),
    ({}, X6[0], "X"),
    ({}, np.where(X6 == X6[0, 0], NAN, X6), "X"),
    ({}, X6 * 1e200, "X"),
    ({}, [["a", "b"]], "X"),
    ({"k": 0}, X6, "n_components"),
    ({"k": 3}, X6, "n_components"),
    ({"k": 1.0}, X6, "n_components"),
    ({"min_variance": -1.0}, X6, "min_variance"),
    ({"min_variance": INF}, X6, "min_variance"),
])
def test_bad_data_or_settings_raise_a_value_error_that_names_them(model, arguments, X, name):
    arguments = {"k": 1} | arguments
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        model(arguments.pop("k"), **arguments).fit(X)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("arguments, name", [
    ({"loadings_init": np.ones((2, 1))}, "loadings_init"),
    ({"loadings_init": np.full((3, 1), NAN)}, "loadings_init"),
    ({"noise_variance_init": 0.0}, "noise_variance_init"),
    ({"noise_variance_init": np.ones(2)}, "noise_variance_init"),
    ({"max_iter": 0}, "max_iter"),
    ({"tol": 0.0}, "tol"),
    ({"random_state": -1}, "random_state"),
])
def test_a_bad_start_raises_a_value_error_that_names_it(model, arguments, name):
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        model(1, **arguments).fit(X6)


@pytest.mark.parametrize("call, name", [
    (lambda: ProbabilisticPCA(method="svd").fit(X6), "method"),
    (lambda: ProbabilisticPCA().transform(X6), "ProbabilisticPCA"),
    (lambda: FactorAnalysis().covariance(), "FactorAnalysis"),
    (lambda: ProbabilisticPCA().fit(X6).log_prob(X6[:, :2]), "X"),
    (lambda: ProbabilisticPCA().fit(X6).sample(0, 3), "rng"),
    (lambda: ProbabilisticPCA().fit(X6).sample(rng(), 2.5), "size"),
    (lambda: BayesianLogisticRegression().fit(X6, Y6 + 1), "y"),
    (lambda: BayesianLogisticRegression().fit(X6, Y6 / 2), "y"),
    (lambda: BayesianLogisticRegression().fit(X6, Y6[:5]), "y"),
    (lambda: BayesianLogisticRegression().fit(X6, Y6[:, None]), "y"),
    (lambda: BayesianLogisticRegression().fit(X6, ["a"] * 6), "y"),
    (lambda: BayesianLogisticRegression().fit([], []), "X"),
    (lambda: BayesianLogisticRegression().fit(X6[0], Y6), "X"),
    (lambda: BayesianLogisticRegression(prior_scale=0.0).fit(X6, Y6), "prior_scale"),
    (lambda: BayesianLogisticRegression(prior_scale=[1.0, 1.0]).fit(X6, Y6), "prior_scale"),
    (lambda: BayesianLogisticRegression(prior_mean=NAN).fit(X6, Y6), "prior_mean"),
    (lambda: BayesianLogisticRegression(prior_mean=[[0.0]]).fit(X6, Y6), "prior_mean"),
    (lambda: BayesianLogisticRegression(max_iter=0).fit(X6, Y6), "max_iter"),
    (lambda: BayesianLogisticRegression(tol=-1).fit(X6, Y6), "tol"),
    (lambda: BayesianLogisticRegression().predict(X6), "BayesianLogisticRegression"),
    (lambda: BayesianLogisticRegression().fit(X6, Y6).predict_proba(X6[:, :1]), "X"),
])
def test_bad_input_raises_a_value_error_that_names_the_argument(call, name):
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        call()


def test_fitting_leaves_the_data_alone():
    regress = BayesianLogisticRegression().fit
    for fit in (ProbabilisticPCA().fit, FactorAnalysis().fit, lambda X: regress(X, Y6)):
        X = X6.copy()
        quietly(lambda: fit(X))
        np.testing.assert_array_equal(X, X6)
