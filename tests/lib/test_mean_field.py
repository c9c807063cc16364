"""Mean field against the truth where it is known: enumeration, quadrature, Gibbs sampling, and the bound
itself computed another way. The Gaussian mixture has a file of its own.

Statistical checks use fixed seeds, so they pass or fail for good.
"""

import itertools
import warnings
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logsumexp
from sklearn.linear_model import ARDRegression

from varinf import mean_field
from varinf.datasets import portrait, stopping_distances
from varinf.distributions import Gamma, MultivariateNormal, Normal, kl
from varinf.elbo import elbo, elbo_table
from varinf.evidence import LinearRegression
from varinf.mean_field import (
    BayesianLinearRegression,
    ConvergenceWarning,
    IsingDenoiser,
    NormalGamma,
    cavi_gaussian,
    cavi_table,
    coordinate_ascent,
    factorised_elbo,
    flip_log_likelihood,
    mean_field_gaussian,
    normal_log_likelihood,
    optimal_factor,
)

pytestmark = pytest.mark.filterwarnings("error")
forty = settings(derandomize=True, deadline=None, max_examples=40)
seeds = st.integers(0, 2**32 - 1)

NAN, INF = float("nan"), float("inf")


def rng(seed=0):
    return np.random.default_rng(seed)


def rises(trace, rounding=1e-9):
    return (np.diff(trace) >= -rounding * np.maximum(1, np.abs(trace[1:]))).all()


# --- The loop -----------------------------------------------------------------------------------------


def halve(x):
    return x / 2


def test_a_sweep_applies_the_updates_in_turn_and_the_trace_has_one_value_a_sweep():
    order = []
    updates = [lambda s: order.append("a") or s + 1, lambda s: order.append("b") or s * 2]
    ascent = coordinate_ascent(updates, float, 1, max_iter=3, tol=None)
    assert order == ["a", "b"] * 3
    assert ascent.state == 22 and ascent.elbo.tolist() == [4, 10, 22]
    assert ascent.n_iter == 3 and not ascent.converged


def test_it_stops_when_a_sweep_gains_less_than_tol():
    ascent = coordinate_ascent(halve, lambda x: -x, 1.0, tol=0.01)
    assert ascent.converged and ascent.n_iter == 7 and ascent.elbo[-1] - ascent.elbo[-2] < 0.01
    assert (np.diff(ascent.elbo[:-1]) >= 0.01).all()


def test_it_stops_when_the_gain_is_below_the_rounding_of_a_huge_bound():
    ascent = coordinate_ascent(halve, lambda x: 1e12 - x, 1.0, tol=1e-300)
    assert ascent.converged and ascent.n_iter == 2


def test_running_out_of_sweeps_warns_once_and_without_tol_not_at_all():
    with pytest.warns(ConvergenceWarning, match="max_iter = 2") as caught:
        coordinate_ascent(halve, lambda x: -x, 1.0, max_iter=2, tol=1e-9)
    assert len(caught) == 1
    coordinate_ascent(halve, lambda x: -x, 1.0, max_iter=2, tol=None)


def test_the_warning_of_a_fit_points_outside_the_loop():
    with pytest.warns(ConvergenceWarning) as caught:
        NormalGamma(max_iter=1).fit([1.0, 2.0])
    assert not caught[0].filename.endswith("_ascent.py")


def test_the_callback_sees_every_sweep():
    seen = []
    options = {"max_iter": 2, "tol": None, "callback": lambda *args: seen.append(args)}
    coordinate_ascent(halve, lambda x: -x, 1.0, **options)
    assert seen == [(1, 0.5, -0.5), (2, 0.25, -0.25)]


@pytest.mark.parametrize("wrong", [lambda x: x - 1.0, lambda x: NAN, lambda x: INF])
def test_a_bound_that_falls_or_is_no_number_is_an_error(wrong):
    with pytest.raises(ArithmeticError, match="bound (fell|is)"):
        coordinate_ascent(wrong, float, 0.0, max_iter=3)


def test_a_fall_within_rounding_is_no_error():
    bounds = iter([1e6, 1e6 - 1e-4, 1e6])
    assert coordinate_ascent(lambda s: s, lambda s: next(bounds), None, max_iter=3, tol=None).n_iter == 3
    bounds = iter([1e6, 1e6 - 1e-2, 1e6])
    with pytest.raises(ArithmeticError, match="sweep 2"):
        coordinate_ascent(lambda s: s, lambda s: next(bounds), None, max_iter=3, tol=None)


def test_a_bound_of_minus_infinity_may_rise_but_does_not_count_as_converged():
    bounds = iter([-INF, -INF, 0.0, 0.0])
    ascent = coordinate_ascent(lambda s: s, lambda s: next(bounds), None)
    assert ascent.converged and ascent.n_iter == 4


# --- Tables -------------------------------------------------------------------------------------------


def tables(seed, zeros=True):
    draw = rng(seed)
    shape = tuple(draw.integers(1, 5, size=draw.integers(1, 4)))
    log_joint = 3 * draw.normal(size=shape) - 2
    if zeros:
        inner = (np.indices(shape) > 0).all(axis=0)             # the first value of each variable is possible
        log_joint[(draw.random(shape) < 0.3) & inner] = -INF
    return log_joint, [draw.dirichlet(np.ones(n)) for n in shape], draw


@forty
@given(seeds)
def test_no_other_factor_beats_the_optimal_one_and_its_bound_is_log_z_plus_the_other_entropies(seed):
    log_joint, factors, draw = tables(seed, zeros=False)
    axis = int(draw.integers(log_joint.ndim))
    q, log_z = optimal_factor(log_joint, factors, axis)
    best = factors[:axis] + [q] + factors[axis + 1 :]
    entropies = sum(stats.entropy(f) for i, f in enumerate(factors) if i != axis)
    assert q.sum() == pytest.approx(1)
    assert factorised_elbo(log_joint, best) == pytest.approx(log_z + entropies, abs=1e-10)
    assert factorised_elbo(log_joint, factors) <= log_z + entropies + 1e-10


@forty
@given(seeds)
def test_the_factorised_bound_is_that_of_the_product_as_one_table(seed):
    log_joint, factors, _ = tables(seed)
    product = reduce(np.multiply.outer, factors).ravel()
    as_one = elbo_table(log_joint.ravel(), product)
    assert factorised_elbo(log_joint, factors) == pytest.approx(as_one, abs=1e-10)


@forty
@given(seeds)
def test_the_bound_of_a_table_rises_to_a_fixed_point_below_the_evidence(seed):
    log_joint, factors, draw = tables(seed)
    ascent = cavi_table(log_joint, factors if draw.random() < 0.5 else None, max_iter=5000)
    assert rises(ascent.elbo) and ascent.elbo[-1] <= logsumexp(log_joint) + 1e-10
    assert ascent.elbo[-1] == pytest.approx(factorised_elbo(log_joint, ascent.state))
    for axis, q in enumerate(ascent.state):
        np.testing.assert_allclose(optimal_factor(log_joint, ascent.state, axis)[0], q, atol=1e-3)


def test_independent_variables_are_found_in_one_sweep_exactly():
    p = [np.array([0.2, 0.8]), np.array([0.5, 0.3, 0.2])]
    ascent = cavi_table(np.log(np.outer(*p)) - 7.0)
    for found, true in zip(ascent.state, p):
        np.testing.assert_allclose(found, true, rtol=1e-12)
    assert ascent.elbo[0] == pytest.approx(-7.0)


def test_the_bound_of_a_factorised_start_may_exceed_the_constant_of_the_unnormalised_factor():
    """Myth 12: with exp(E[log p]) not normalised, the other entropies are no bound on the ELBO."""
    log_joint = np.log([[0.4, 0.1], [0.1, 0.4]]) + 3.0
    uniform = [np.full(2, 0.5)] * 2
    assert factorised_elbo(log_joint, uniform) > stats.entropy(uniform[1])


# --- Correlated Gaussian ------------------------------------------------------------------------------


def gaussian(seed):
    draw = rng(seed)
    d = int(draw.integers(1, 6))
    A = draw.normal(size=(d, d + 1))
    order = draw.permutation(d).tolist()
    cuts = sorted(draw.choice(d + 1, size=draw.integers(0, d), replace=False).tolist())
    blocks = [b for b in (order[i:j] for i, j in zip([0, *cuts], [*cuts, d])) if b]
    return draw.normal(size=d) * 3, A @ A.T + 0.1 * np.eye(d), blocks, draw


@forty
@given(seeds)
def test_the_best_gaussian_has_the_mean_and_the_inverse_blocks_of_the_precision(seed):
    mean, precision, blocks, draw = gaussian(seed)
    q, p = mean_field_gaussian(mean, precision, blocks), MultivariateNormal(mean, np.linalg.inv(precision))
    np.testing.assert_array_equal(q.loc, mean)
    for a, b in itertools.product(blocks, blocks):
        expected = np.linalg.inv(precision[np.ix_(a, a)]) if a == b else 0
        np.testing.assert_allclose(q.covariance[np.ix_(a, b)], expected, atol=1e-8, rtol=1e-6)
    assert (q.variance <= p.variance * (1 + 1e-9)).all()
    scale = np.exp(0.1 * draw.normal(size=len(mean)))
    moved = mean + 0.1 * draw.normal(size=len(mean))
    rival = MultivariateNormal(moved, q.covariance * np.outer(scale, scale))
    assert kl(rival, p) >= kl(q, p) - 1e-12


def test_alone_each_variance_is_the_reciprocal_of_the_precision_and_not_the_marginal_variance():
    precision = np.linalg.inv([[1.0, 0.9], [0.9, 1.0]])
    assert mean_field_gaussian([0, 0], precision).variance == pytest.approx([0.19, 0.19])


def test_larger_blocks_lose_less_and_one_block_loses_nothing():
    mean, precision, _, _ = gaussian(3)
    p, d = MultivariateNormal(mean, np.linalg.inv(precision)), len(mean)
    lost = [kl(mean_field_gaussian(mean, precision, b), p)
            for b in (None, [[0, 1], *[[j] for j in range(2, d)]], [list(range(d))])]
    assert lost[0] > lost[1] > lost[2] == pytest.approx(0, abs=1e-12)


@forty
@given(seeds)
def test_coordinate_ascent_finds_the_mean_from_anywhere_and_its_bound_is_minus_the_divergence(seed):
    mean, precision, blocks, draw = gaussian(seed)
    start = mean + draw.normal(size=len(mean)) * 10.0 ** draw.integers(-3, 4)
    before = start.copy()
    ascent = cavi_gaussian(mean, precision, start, blocks, max_iter=20_000, tol=1e-12)
    q, p = mean_field_gaussian(mean, precision, blocks), MultivariateNormal(mean, np.linalg.inv(precision))
    assert rises(ascent.elbo)
    assert ascent.elbo[-1] == pytest.approx(-kl(q, p), abs=1e-6)
    np.testing.assert_allclose(ascent.state, mean, atol=1e-2)
    np.testing.assert_array_equal(start, before)


# --- Unknown mean and precision -----------------------------------------------------------------------

X = np.array([2.1, 3.4, 1.7, 2.9, 4.2])
PRIOR = {"mu0": 1.0, "lam0": 0.5, "a0": 2.0, "b0": 1.5}


def grid(model, size=600):
    """Points (mu, tau) that hold all the posterior, and the volume of a cell."""
    exact = model.exact_posterior(X)
    tau = np.linspace(1e-6, 12 * exact.a0 / exact.b0, size)
    mu = exact.mu0 + np.linspace(-6, 6, size) * np.sqrt(exact.b0 / exact.a0 / exact.lam0) * 1.5
    return mu[:, None], tau, (mu[1] - mu[0]) * (tau[1] - tau[0])


def log_joint_normal_gamma(mu, tau, x=X):
    prior = NormalGamma(**PRIOR).log_prob(mu, tau)
    return prior + sum(stats.norm.logpdf(xn, mu, tau**-0.5) for xn in x)


def test_the_exact_posterior_and_the_evidence_are_those_of_quadrature():
    model = NormalGamma(**PRIOR)
    mu, tau, cell = grid(model)
    log_joint = log_joint_normal_gamma(mu, tau)
    log_evidence = logsumexp(log_joint) + np.log(cell)
    assert model.log_evidence(X) == pytest.approx(log_evidence, abs=1e-3)
    exact = model.exact_posterior(X).log_prob(mu, tau)
    np.testing.assert_allclose(log_joint - exact, model.log_evidence(X), atol=1e-9)


def test_what_the_bound_misses_is_the_divergence_from_the_exact_posterior_by_quadrature():
    model = NormalGamma(**PRIOR).fit(X)
    mu, tau, cell = grid(model)
    log_q = model.q_mu.log_prob(mu) + model.q_tau.log_prob(tau)
    missed = (np.exp(log_q) * (log_q - model.exact_posterior(X).log_prob(mu, tau))).sum() * cell
    assert model.log_evidence(X) - model.elbo_[-1] == pytest.approx(missed, abs=2e-4)
    assert missed > 0.01


def test_each_factor_is_the_optimal_one_by_quadrature():
    """log q(mu) = E_tau[log p(x, mu, tau)] + const, and the other way round."""
    model = NormalGamma(**PRIOR, tol=1e-14).fit(X)
    mu, tau, _ = grid(model)
    log_joint = log_joint_normal_gamma(mu, tau)
    for factor, other, axis in ((model.q_mu, model.q_tau, 1), (model.q_tau, model.q_mu, 0)):
        here, there = (mu[:, 0], tau) if axis else (tau, mu[:, 0])
        weights = np.exp(other.log_prob(there))
        expected = np.tensordot(log_joint, weights / weights.sum(), axes=(axis, 0))
        expected -= logsumexp(expected) + np.log(here[1] - here[0])
        inside = expected > expected.max() - 10
        np.testing.assert_allclose(factor.log_prob(here)[inside], expected[inside], atol=0.02)


class Factors:
    """Independent distributions as one q over vectors."""

    def __init__(self, *factors):
        self.factors = factors

    def sample(self, rng, size):
        return np.concatenate([np.atleast_2d(f.sample(rng, size).T) for f in self.factors]).T

    def log_prob(self, z):
        parts, at = [], 0
        for f in self.factors:
            width = np.asarray(f.mean).size
            here = z[:, at : at + width]
            parts.append(f.log_prob(here if np.ndim(f.mean) else here[:, 0]).reshape(len(z), -1))
            at += width
        return sum(part.sum(axis=1) for part in parts)


def test_the_bound_of_normal_gamma_is_the_one_that_sampling_finds():
    model = NormalGamma(**PRIOR).fit(X)
    q = Factors(model.q_mu, model.q_tau)
    sampled = elbo(lambda z: log_joint_normal_gamma(z[:, 0], z[:, 1]), q, rng(1), 40_000)
    assert abs(sampled.value - model.elbo_[-1]) < 4 * sampled.std_error < 0.05


numbers = st.lists(st.floats(-1e8, 1e8), min_size=1, max_size=20)


@forty
@given(numbers, st.floats(-8, 8), st.sampled_from([0.0, 1e8]), st.sampled_from([1e-8, 1.0]))
def test_the_bound_of_normal_gamma_rises_from_any_start_to_below_the_evidence(x, log_tau, offset, scale):
    x = offset + scale * np.array(x)
    model = NormalGamma().fit(x, tau=10.0**log_tau)
    assert rises(model.elbo_) and model.converged_
    evidence = model.log_evidence(x)
    assert model.elbo_[-1] <= evidence + 1e-9 * max(1, abs(evidence))


def test_normal_gamma_starts_and_sweeps_in_the_order_of_the_assignment():
    """E[tau] = a0 / b0 to start with; then q(mu), then q(tau); the spread 1 / lam counts in both squares."""
    model = NormalGamma(**PRIOR, max_iter=1, tol=None).fit(X)
    lam = (0.5 + 5) * 2.0 / 1.5
    mu = (0.5 * 1.0 + X.sum()) / 5.5
    rate = 1.5 + 0.5 * (((X - mu) ** 2).sum() + 5 / lam + 0.5 * ((mu - 1.0) ** 2 + 1 / lam))
    assert (model.mu_, model.lam_, model.a_, model.b_) == pytest.approx((mu, lam, 5.0, rate))


# --- Linear regression --------------------------------------------------------------------------------


def regression_data(seed, n=40, d=3, noise=0.5):
    draw = rng(seed)
    Phi = draw.normal(size=(n, d)) @ (np.eye(d) + 0.5)
    return Phi, Phi @ np.r_[2.0, np.zeros(d - 1)] + noise * draw.normal(size=n)


HYPER = {"a0": 1.5, "b0": 0.7, "c0": 2.0, "d0": 1.0}


def gibbs(Phi, y, sweeps=6000, burn=200):
    """Draws from the exact posterior of (w, alpha, beta), one conjugate conditional after another."""
    draw, (n, d) = rng(5), Phi.shape
    gram, projected = Phi.T @ Phi, Phi.T @ y
    alpha, beta, kept = np.ones(d), 1.0, []
    for sweep in range(sweeps + burn):
        R = np.linalg.cholesky(beta * gram + np.diag(alpha)).T
        w = np.linalg.solve(R, beta * np.linalg.solve(R.T, projected) + draw.standard_normal(d))
        alpha = draw.gamma(HYPER["a0"] + 0.5, 1 / (HYPER["b0"] + w**2 / 2))
        beta = draw.gamma(HYPER["c0"] + n / 2, 1 / (HYPER["d0"] + ((y - Phi @ w) ** 2).sum() / 2))
        if sweep >= burn:
            kept.append(np.r_[w, alpha, beta])
    return np.array(kept)


def test_the_regression_agrees_with_a_gibbs_sampler():
    """Means of the weights to 0.1 of their deviations, which are those of the sampler or up to 7% smaller;
    the precisions to 5%."""
    Phi, y = regression_data(1)
    model, draws = BayesianLinearRegression(**HYPER).fit(Phi, y), gibbs(Phi, y)
    mean, sd = draws.mean(axis=0), draws.std(axis=0)
    assert (np.abs(model.coef_ - mean[:3]) < 0.1 * sd[:3]).all()
    ratio = np.sqrt(np.diag(model.covariance_)) / sd[:3]
    assert (ratio < 1.03).all() and (ratio > 0.93).all()
    np.testing.assert_allclose(np.r_[model.alpha_, model.beta_], mean[3:], rtol=0.05)
    new = np.array([[1.0, -1.0, 2.0], [0.0, 0.0, 0.0], [5.0, 5.0, 5.0]])
    predicted, spread = model.predict(new, return_std=True)
    noisy = draws[:, :3] @ new.T + rng(6).normal(size=(len(draws), 3)) * draws[:, -1:] ** -0.5
    np.testing.assert_allclose(predicted, noisy.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(spread, noisy.std(axis=0), rtol=0.05)


@pytest.mark.parametrize("relevance", [True, False])
def test_the_bound_of_the_regression_is_the_one_that_sampling_finds(relevance):
    Phi, y = regression_data(2, n=15)
    model = BayesianLinearRegression(relevance=relevance, **HYPER).fit(Phi, y)
    groups = 3 if relevance else 1

    def log_joint(z):
        w, alpha, beta = z[:, :3], z[:, 3 : 3 + groups], z[:, -1]
        log_alpha = stats.gamma.logpdf(alpha, 1.5, scale=1 / 0.7).sum(axis=1)
        log_w = stats.norm.logpdf(w, 0, alpha**-0.5).sum(axis=1)
        log_beta = stats.gamma.logpdf(beta, 2.0, scale=1.0)
        log_y = stats.norm.logpdf(y, w @ Phi.T, beta[:, None] ** -0.5).sum(axis=1)
        return log_alpha + log_w + log_beta + log_y

    sampled = elbo(log_joint, Factors(model.q_w, model.q_alpha, model.q_beta), rng(3), 40_000)
    assert abs(sampled.value - model.elbo_[-1]) < 4 * sampled.std_error < 0.06


@pytest.mark.parametrize("relevance", [True, False])
def test_the_bound_of_the_regression_is_likelihood_less_divergences(relevance):
    """E[log p(y | w, beta)] less KL of q(w) averaged over q(alpha), of q(alpha) and of q(beta)."""
    Phi, y = regression_data(4)
    model = BayesianLinearRegression(relevance=relevance, **HYPER).fit(Phi, y)
    alpha, beta = model.q_alpha, model.q_beta
    misfit = ((y - Phi @ model.coef_) ** 2).sum() + np.trace(Phi @ model.covariance_ @ Phi.T)
    likelihood = 20 * (beta.mean_log - np.log(2 * np.pi)) - beta.mean / 2 * misfit
    squares = model.coef_**2 + np.diag(model.covariance_)
    log_prior = 0.5 * (alpha.mean_log - np.log(2 * np.pi) - alpha.mean * squares).sum() if relevance else (
        1.5 * (alpha.mean_log[0] - np.log(2 * np.pi)) - alpha.mean[0] / 2 * squares.sum())
    divergences = kl(alpha, Gamma(1.5, 0.7)).sum() + kl(beta, Gamma(2.0, 1.0))
    bound = likelihood + log_prior + model.q_w.entropy() - divergences
    assert model.elbo_[-1] == pytest.approx(bound, rel=1e-9)


def test_with_precisions_all_but_known_it_is_the_exact_regression():
    Phi, y = regression_data(7)
    sure = 1e9
    model = BayesianLinearRegression(a0=2 * sure, b0=sure, c0=3 * sure, d0=sure).fit(Phi, y)
    exact = LinearRegression(2.0, 3.0)
    np.testing.assert_allclose(model.coef_, exact.posterior(Phi, y).loc, rtol=1e-6)
    np.testing.assert_allclose(model.covariance_, exact.posterior(Phi, y).covariance, rtol=1e-6)
    assert model.elbo_[-1] == pytest.approx(exact.log_evidence(Phi, y), abs=1e-5)
    predictive = exact.predictive(Phi, y, Phi[:4])
    mean, sd = model.predict(Phi[:4], return_std=True)
    np.testing.assert_allclose(mean, predictive.loc, rtol=1e-6)
    np.testing.assert_allclose(sd, predictive.scale, rtol=1e-6)


def test_weights_that_are_not_needed_are_driven_to_zero():
    Phi, y = regression_data(8, n=200, d=8)
    model = BayesianLinearRegression().fit(Phi, y)
    assert model.coef_[0] == pytest.approx(2, abs=0.1) and np.abs(model.coef_[1:]).max() < 0.05
    assert model.alpha_[0] < 1 < 50 < model.alpha_[1:].min()
    shared = BayesianLinearRegression(relevance=False).fit(Phi, y)
    assert np.linalg.norm(model.coef_[1:]) < np.linalg.norm(shared.coef_[1:])
    assert shared.alpha_.shape == (1,)


KINDS = [
    "plain", "offset", "huge", "tiny", "one point", "nearly equal", "collinear", "duplicated", "scales",
    "n < d",
]


def hostile_data(kind, seed):
    draw = rng(seed)
    n, d = draw.integers(1, 30), draw.integers(1, 5)
    X = draw.normal(size=(n, d))
    if kind == "offset":
        X += 1e8
    elif kind == "huge":
        X *= 1e8
    elif kind == "tiny":
        X *= 1e-8
    elif kind == "one point":
        X = X[:1]
    elif kind == "nearly equal":
        X = X[0] + 1e-9 * X
    elif kind == "collinear":
        X[:, -1] = X[:, 0]
    elif kind == "duplicated":
        X = X[draw.integers(n, size=n)]
    elif kind == "scales":
        X = X * 10.0 ** draw.integers(-4, 9, size=d)
    elif kind == "n < d":
        X = draw.normal(size=(2, 5))
    return X, draw


@settings(forty, max_examples=150)
@given(st.sampled_from(KINDS), seeds)
def test_the_bound_of_the_regression_never_falls(kind, seed):
    Phi, draw = hostile_data(kind, seed)
    y = Phi @ draw.normal(size=Phi.shape[1]) + draw.normal(size=len(Phi)) * 10.0 ** draw.integers(-6, 3)
    y = y / np.abs(y).max() * 10.0 ** draw.integers(-4, 9)
    shape, rate = 10.0 ** draw.uniform(-6, 1, size=2)
    model = BayesianLinearRegression(relevance=bool(seed % 2), max_iter=100, a0=shape, b0=rate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(Phi, y)
    assert rises(model.elbo_, 1e-7)
    mean, sd = model.predict(Phi, return_std=True)
    assert np.isfinite(mean).all() and (sd > 0).all()


def test_it_has_the_fixed_point_of_scikit_learn():
    """With x = alpha_d Sigma_dd, both solve alpha_d (m_d^2 + 2 b0) = 1 - x + 2 a0; scikit-learn writes 1 - x
    as gamma_d. It gets there by another route, and is told here to drop no weight."""
    speed, distance = stopping_distances().data.T
    Phi = np.column_stack([np.ones(50), speed])
    model = BayesianLinearRegression(max_iter=20_000, tol=1e-12).fit(Phi, distance)
    peer = ARDRegression(fit_intercept=False, threshold_lambda=1e300, max_iter=20_000, tol=1e-12)
    peer.fit(Phi, distance)
    np.testing.assert_allclose(model.coef_, peer.coef_, rtol=1e-4)
    np.testing.assert_allclose(model.covariance_, peer.sigma_, rtol=1e-4)
    assert model.beta_ == pytest.approx(peer.alpha_, rel=1e-4)


# --- Ising --------------------------------------------------------------------------------------------


def enumerate_ising(coupling, log_likelihood):
    """Every image, slowly: probabilities of +1 and the log normaliser."""
    shape = log_likelihood.shape[1:]
    images = np.array(list(itertools.product([-1, 1], repeat=int(np.prod(shape))))).reshape(-1, *shape)
    above, beside = images[:, 1:] * images[:, :-1], images[:, :, 1:] * images[:, :, :-1]
    log_p = coupling * (above.sum(axis=(1, 2)) + beside.sum(axis=(1, 2)))
    log_p = log_p + np.where(images > 0, log_likelihood[1], log_likelihood[0]).sum(axis=(1, 2))
    total = logsumexp(log_p)
    return np.tensordot(np.exp(log_p - total), images > 0, axes=(0, 0)), total, images, log_p


@settings(forty, max_examples=25)
@given(seeds)
def test_exact_ising_is_enumeration_and_the_bound_rises_to_below_it(seed):
    draw = rng(seed)
    shape = tuple(draw.integers(1, 4, size=2))
    log_likelihood, coupling = 2 * draw.normal(size=(2, *shape)), draw.uniform(0, 1.5)
    model = IsingDenoiser(coupling)
    probabilities, total, images, log_p = enumerate_ising(coupling, log_likelihood)
    exact = model.exact(log_likelihood)
    np.testing.assert_allclose(exact[0], probabilities, atol=1e-12)
    assert exact[1] == pytest.approx(total)
    model.fit(log_likelihood, start=draw.uniform(-1, 1, size=shape))
    assert rises(model.elbo_) and model.elbo_[-1] <= total + 1e-9
    q = np.where(images > 0, model.probabilities_, 1 - model.probabilities_).prod(axis=(1, 2))
    assert model.elbo_[-1] == pytest.approx(elbo_table(log_p, q), abs=1e-8)


def test_without_coupling_ising_is_exact():
    log_likelihood = rng(1).normal(size=(2, 3, 4))
    model = IsingDenoiser(0.0).fit(log_likelihood)
    probabilities, total = model.exact(log_likelihood)
    np.testing.assert_allclose(model.probabilities_, probabilities, atol=1e-12)
    assert model.elbo_[-1] == pytest.approx(total)


def test_weak_coupling_comes_close_to_the_truth_and_strong_coupling_is_too_sure():
    log_likelihood = 0.5 * rng(2).normal(size=(2, 6, 6))
    errors, sure = [], []
    for coupling in (0.1, 0.8):
        model = IsingDenoiser(coupling).fit(log_likelihood)
        truth, _ = model.exact(log_likelihood)
        errors.append(np.abs(model.probabilities_ - truth).max())
        sure.append(np.abs(model.mean_).mean() - np.abs(2 * truth - 1).mean())
    assert errors[0] < 0.02 < errors[1] and sure[1] > 0.02


def test_each_half_sweep_is_an_exact_step():
    """Every pixel of the colour updated last is the best given the rest."""
    log_likelihood = rng(3).normal(size=(2, 5, 4))
    model = IsingDenoiser(0.4, tol=1e-14).fit(log_likelihood)
    for i, j in np.ndindex(5, 4):
        around = [(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)]
        pull = sum(model.mean_[k, m] for k, m in around if 0 <= k < 5 and 0 <= m < 4)
        field = (log_likelihood[1, i, j] - log_likelihood[0, i, j]) / 2 + 0.4 * pull
        assert model.mean_[i, j] == pytest.approx(np.tanh(field), abs=1e-5)


@pytest.mark.parametrize("noise", ["flip", "normal"])
def test_a_noisy_portrait_is_cleaned(noise):
    truth, draw = portrait().data, rng(4)
    if noise == "flip":
        y = np.where(draw.random(truth.shape) < 0.15, -truth, truth)
        log_likelihood, wrong = flip_log_likelihood(y, 0.15), (y != truth).mean()
    else:
        y = truth + draw.normal(size=truth.shape)
        log_likelihood, wrong = normal_log_likelihood(y, 1.0), (np.sign(y) != truth).mean()
    model = IsingDenoiser(0.6).fit(log_likelihood)
    assert rises(model.elbo_) and model.converged_
    assert (model.image_ != truth).mean() < 0.35 * wrong
    np.testing.assert_allclose(model.mean_, 2 * model.probabilities_ - 1, atol=1e-12)


def test_the_likelihoods_of_pixels_are_densities_of_the_noise():
    y = np.array([[1.0, -1.0]])
    np.testing.assert_allclose(np.exp(flip_log_likelihood(y, 0.1)), [[[0.1, 0.9]], [[0.9, 0.1]]])
    np.testing.assert_allclose(normal_log_likelihood(y, 2.0)[1], stats.norm.logpdf(y, 1, 2.0))


# --- Hostile input ------------------------------------------------------------------------------------

EYE, PAIR = np.eye(2), [np.full(2, 0.5), np.full(2, 0.5)]
LL = np.zeros((2, 3, 3))
HOSTILE = {
    "updates": (lambda: coordinate_ascent(3, float, 0), "updates must be a function"),
    "no updates": (lambda: coordinate_ascent([], float, 0), "updates must be at least one"),
    "updates not callable": (lambda: coordinate_ascent([1], float, 0), "updates must be callable"),
    "elbo": (lambda: coordinate_ascent(halve, 0, 0), "elbo must be callable"),
    "max_iter": (lambda: coordinate_ascent(halve, float, 0, max_iter=0), "max_iter must be an integer"),
    "tol": (lambda: coordinate_ascent(halve, float, 0, tol=-1), "tol must be greater than 0"),
    "tol nan": (lambda: coordinate_ascent(halve, float, 0, tol=NAN), "tol must be free of NaN"),
    "callback": (lambda: coordinate_ascent(halve, float, 0, callback=1), "callback must be callable"),
    "table nan": (lambda: optimal_factor([[NAN, 0]], PAIR, 0), "log_joint must be free of NaN"),
    "table inf": (lambda: optimal_factor([[INF, 0]], PAIR, 0), "log_joint must be below"),
    "table scalar": (lambda: factorised_elbo(0.0, []), "log_joint must be a table"),
    "table empty": (lambda: cavi_table([[]]), "log_joint must be non-empty"),
    "table impossible": (lambda: cavi_table(np.full((2, 2), -INF)), "log_joint must be above -inf"),
    "factors few": (lambda: factorised_elbo(EYE, PAIR[:1]), "factors must be a sequence of 2"),
    "factors none": (lambda: factorised_elbo(EYE, None), "factors must be a sequence of 2"),
    "factor sum": (lambda: factorised_elbo(EYE, [PAIR[0], [0.5, 0.6]]), r"factors\[1\] must be prob"),
    "factor length": (lambda: factorised_elbo(EYE, [PAIR[0], [1.0]]), r"factors\[1\] must be of shape"),
    "axis": (lambda: optimal_factor(EYE, PAIR, 2), "axis must be below 2"),
    "axis type": (lambda: optimal_factor(EYE, PAIR, 0.5), "axis must be an integer"),
    "precision": (lambda: mean_field_gaussian([0, 0], -EYE), "precision must be positive definite"),
    "precision shape": (lambda: mean_field_gaussian([0, 0], np.ones((2, 3))), "precision must be square"),
    "mean length": (lambda: mean_field_gaussian([0], EYE), "mean must be of length 2"),
    "blocks overlap": (lambda: mean_field_gaussian([0, 0], EYE, [[0, 1], [1]]), "blocks must be a partition"),
    "blocks missing": (lambda: mean_field_gaussian([0, 0], EYE, [[0]]), "blocks must be a partition"),
    "blocks flat": (lambda: mean_field_gaussian([0, 0], EYE, [0, 1]), "blocks must be a sequence"),
    "start": (lambda: cavi_gaussian([0, 0], EYE, [1.0]), "start must be of length 2"),
    "x": (lambda: NormalGamma().fit([]), "x must be non-empty"),
    "x nan": (lambda: NormalGamma().fit([1.0, NAN]), "x must be free of NaN"),
    "x axes": (lambda: NormalGamma().fit([[1.0]]), "x must be an array"),
    "lam0": (lambda: NormalGamma(lam0=0).fit([1.0]), "lam0 must be greater"),
    "a0": (lambda: NormalGamma(a0=-1).log_evidence([1.0]), "a0 must be greater"),
    "mu0": (lambda: NormalGamma(mu0=INF).exact_posterior([1.0]), "mu0 must be finite"),
    "tau": (lambda: NormalGamma().fit([1.0], tau=0), "tau must be greater"),
    "tau point": (lambda: NormalGamma().log_prob(0, -1), "tau must be greater"),
    "unfitted q_mu": (lambda: NormalGamma().q_mu, "fitted"),
    "unfitted q_tau": (lambda: NormalGamma().q_tau, "fitted"),
    "Phi": (lambda: BayesianLinearRegression().fit([1.0], [1.0]), "Phi must be an array with 2"),
    "Phi inf": (lambda: BayesianLinearRegression().fit([[INF]], [1.0]), "Phi must be finite"),
    "y": (lambda: BayesianLinearRegression().fit(EYE, [1.0]), "y must be of length 2"),
    "y text": (lambda: BayesianLinearRegression().fit(EYE, ["a", "b"]), "y must be real"),
    "b0": (lambda: BayesianLinearRegression(b0=0).fit(EYE, [1, 2]), "b0 must be greater"),
    "c0": (lambda: BayesianLinearRegression(c0=NAN).fit(EYE, [1, 2]), "c0 must be free of NaN"),
    "relevance": (lambda: BayesianLinearRegression(relevance="no").fit(EYE, [1, 2]), "relevance must be"),
    "unfitted predict": (lambda: BayesianLinearRegression().predict(EYE), "call fit first"),
    "unfitted q_w": (lambda: BayesianLinearRegression().q_w, "call fit first"),
    "unfitted q_alpha": (lambda: BayesianLinearRegression().q_alpha, "call fit first"),
    "unfitted q_beta": (lambda: BayesianLinearRegression().q_beta, "call fit first"),
    "columns": (lambda: BayesianLinearRegression().fit(EYE, [1, 2]).predict([[1.0]]), "with 2 columns"),
    "coupling": (lambda: IsingDenoiser(-1).fit(LL), "coupling must be zero or more"),
    "likelihood shape": (lambda: IsingDenoiser().fit(np.zeros((3, 2, 2))), r"of shape \(2, H, W\)"),
    "likelihood axes": (lambda: IsingDenoiser().fit(EYE), "log_likelihood must be an array with 3"),
    "likelihood inf": (lambda: IsingDenoiser().fit(LL - INF), "log_likelihood must be finite"),
    "start shape": (lambda: IsingDenoiser().fit(LL, start=EYE), "start must be of shape"),
    "start range": (lambda: IsingDenoiser().fit(LL, start=np.full((3, 3), 2)), "start must be between"),
    "too wide": (lambda: IsingDenoiser().exact(np.zeros((2, 11, 11))), "a side of at most 10"),
    "flip y": (lambda: flip_log_likelihood([[0.5]], 0.1), "y must be an array of -1"),
    "flip 0": (lambda: flip_log_likelihood([[1]], 0), "probability must be greater"),
    "flip 1": (lambda: flip_log_likelihood([[1]], 1), "probability must be below 1"),
    "ising callback": (lambda: IsingDenoiser().fit(LL, callback=1), "callback must be callable"),
    "scale": (lambda: normal_log_likelihood([[1.0]], -1), "scale must be greater"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_bad_input_is_a_value_error_that_names_the_argument(case):
    call, message = HOSTILE[case]
    with pytest.raises(ValueError, match=message):
        call()


# --- Conventions --------------------------------------------------------------------------------------


def test_every_public_name_is_documented_and_listed():
    for name in mean_field.__all__:
        assert getattr(mean_field, name).__doc__.strip()


def test_float32_in_float32_out_and_the_trace_stays_float64():
    x = X.astype(np.float32)
    one = NormalGamma().fit(x)
    assert {v.dtype for v in (one.mu_, one.lam_, one.a_, one.b_)} == {np.dtype(np.float32)}
    assert one.elbo_.dtype == np.float64 and one.q_mu.mean.dtype == np.float32
    Phi, y = (a.astype(np.float32) for a in regression_data(1))
    two = BayesianLinearRegression().fit(Phi, y)
    learned = (two.coef_, two.covariance_, two.a_, two.b_, two.alpha_, two.c_, two.d_, two.beta_)
    assert {v.dtype for v in (*learned, *two.predict(Phi, return_std=True))} == {np.dtype(np.float32)}
    wide = BayesianLinearRegression().fit(*regression_data(1))
    np.testing.assert_allclose(two.coef_, wide.coef_, atol=1e-5)
    three = IsingDenoiser(0.3).fit(flip_log_likelihood(np.ones((3, 3), np.float32), 0.2))
    assert {v.dtype for v in (three.mean_, three.probabilities_, three.image_)} == {np.dtype(np.float32)}
    q = mean_field_gaussian(np.zeros(2, np.float32), np.eye(2, dtype=np.float32))
    assert q.covariance.dtype == np.float32
    assert normal_log_likelihood(np.ones((2, 2), np.float32), 1.0).dtype == np.float32


def test_constructors_only_store_and_fit_returns_self():
    for make in (NormalGamma, BayesianLinearRegression, IsingDenoiser):
        assert make(max_iter="nonsense").max_iter == "nonsense"
    assert isinstance(NormalGamma().fit(X), NormalGamma)
    assert isinstance(Normal(0, 1), Normal) and IsingDenoiser(0.1).fit(LL).converged_


def test_inputs_are_left_alone():
    Phi, y = regression_data(1)
    x, log_likelihood = X.copy(), rng(1).normal(size=(2, 4, 4))
    before = [a.copy() for a in (Phi, y, x, log_likelihood)]
    BayesianLinearRegression().fit(Phi, y).predict(Phi, return_std=True)
    NormalGamma().fit(x)
    IsingDenoiser(0.2).fit(log_likelihood).exact(log_likelihood)
    for now, then in zip((Phi, y, x, log_likelihood), before):
        np.testing.assert_array_equal(now, then)


def test_callbacks_see_the_states_that_are_documented():
    seen = []
    NormalGamma(max_iter=2, tol=None).fit(X, callback=lambda i, state, bound: seen.append((i, len(state))))
    BayesianLinearRegression(max_iter=1, tol=None).fit(
        *regression_data(1), callback=lambda i, state, bound: seen.append(state[0].mean.shape))
    IsingDenoiser(max_iter=1, tol=None).fit(LL, callback=lambda i, state, bound: seen.append(state.shape))
    assert seen == [(1, 4), (2, 4), (3,), (3, 3)]
