"""k-hat, calibration, a long run and a quick one: right where the truth is known, alarmed where q is wrong,
and silent where each is known to be blind.

Seeds are fixed, so these checks pass or fail for good. Where a statistic is random, the false-alarm
probability for a fresh seed is 6e-5 (four standard errors), or is stated.
"""

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaln

from varinf.checking import (
    ConvergenceWarning,
    effective_sample_size,
    hamiltonian_monte_carlo,
    laplace,
    log_weights,
    psis,
    sbc_ranks,
    simulation_based_calibration,
    split_r_hat,
    uniformity_test,
)
from varinf.checking._psis import fit_generalised_pareto
from varinf.distributions import Gamma, MultivariateNormal, Normal
from varinf.evidence import log_mean_exp
from varinf.sgvb import constrain, positive

pytestmark = pytest.mark.filterwarnings("error")
forty = settings(derandomize=True, deadline=None, max_examples=40)
NAN, INF = float("nan"), float("inf")


def rng(seed=0):
    return np.random.default_rng(seed)


# --- Pareto-smoothed importance sampling --------------------------------------------------------------


def zhang_stephens(x):
    """(k, sigma) by the recipe of section 3 of the paper, in its own notation (its k is minus ours), with
    loops; the grid has 30 points and not 20 before the square root; then the pull towards 0.5."""
    x = sorted(x)
    n = len(x)
    m = 30 + int(n**0.5)
    quartile = x[int(n / 4 + 0.5) - 1]
    thetas = [1 / x[-1] + (1 - (m / (j - 0.5)) ** 0.5) / (3 * quartile) for j in range(1, m + 1)]

    def k_of(theta):
        return -sum(np.log(1 - theta * xi) for xi in x) / n

    logs = [n * (np.log(theta / k_of(theta)) + k_of(theta) - 1) for theta in thetas]
    weights = [1 / sum(np.exp(other - one) for other in logs) for one in logs]
    theta = sum(w * t for w, t in zip(weights, thetas))
    k = k_of(theta)
    return (n * -k + 10 * 0.5) / (n + 10), k / theta


@forty
@given(st.integers(0, 10**6), st.floats(-0.5, 1.5), st.sampled_from([5, 17, 100]))
def test_the_tail_index_is_that_of_the_published_recipe(seed, k, size):
    exceedances = stats.genpareto.rvs(k, size=size, random_state=rng(seed))
    got, sigma = fit_generalised_pareto(exceedances)
    expected, expected_scale = zhang_stephens(exceedances)
    assert got == pytest.approx(expected, abs=1e-9)
    # the scale belongs to the index before the pull
    assert sigma == pytest.approx(expected_scale, rel=1e-9)


@pytest.mark.parametrize("k", [0.0, 0.3, 0.7, 1.2])
def test_the_tail_index_of_pareto_weights_is_found(k):
    """100 sets of 4,000 weights, whose tail has M = 190: k-hat scatters by (1 + k) / sqrt(M); its bias, of
    order 1 / sqrt(M) towards 0.5, is allowed another tenth."""
    found = [psis(np.log1p(stats.genpareto.rvs(k, size=4000, random_state=rng(seed)))).pareto_k
             for seed in range(100)]
    spread = (1 + k) / np.sqrt(190)
    assert np.mean(found) == pytest.approx(k, abs=4 * spread / 10 + 0.1 * spread + 0.05)
    assert np.std(found) == pytest.approx(spread, rel=0.5)


@pytest.mark.parametrize("scale", [0.9, 0.7, 0.5])
def test_a_q_that_is_too_narrow_has_the_tail_index_one_minus_its_variance(scale):
    """log w = (1 - s^2) x^2 / 2 with x standard normal, so P(w > t) falls as t^(-1 / (1 - s^2)), up to
    logarithms."""
    q = Normal(0.0, scale)
    k = psis(log_weights(Normal(0.0, 1.0).log_prob, q, rng(), 100_000)[1]).pareto_k
    assert k == pytest.approx(1 - scale**2, abs=0.15)
    wide = psis(log_weights(Normal(0.0, 1.0).log_prob, Normal(0.0, 1 / scale), rng(), 100_000)[1])
    assert wide.pareto_k < 0.1


def test_k_hat_cannot_see_a_mode_that_q_never_visits():
    def log_joint(z):
        return np.logaddexp(Normal(0.0, 1.0).log_prob(z), Normal(30.0, 1.0).log_prob(z)) - np.log(2)

    z, weights = log_weights(log_joint, Normal(0.0, 1.0), rng(), 2000)
    assert psis(weights).pareto_k == -INF                       # every weight is 1/2
    assert log_mean_exp(weights) == pytest.approx(np.log(0.5))


def test_the_posterior_itself_has_no_tail_and_all_its_draws_count():
    result = psis(np.full(400, -1234.5))
    assert result.pareto_k == -INF and result.ess == pytest.approx(400)
    np.testing.assert_array_equal(result.log_weights, -1234.5)


@forty
@given(st.integers(0, 10**6), st.sampled_from([25, 100, 1000]), st.floats(0.1, 3))
def test_smoothing_keeps_the_order_and_the_body_and_never_passes_the_largest_weight(seed, size, spread):
    raw = spread * rng(seed).normal(size=size)
    before = raw.copy()
    smoothed, k, ess, threshold = psis(raw)
    M = int(np.ceil(min(0.2 * size, 3 * np.sqrt(size))))
    order = np.argsort(raw)
    np.testing.assert_array_equal(raw, before)
    np.testing.assert_allclose(smoothed[order[:-M]], raw[order[:-M]], rtol=0, atol=1e-12)
    assert (np.diff(smoothed[order]) >= -1e-12).all()
    assert smoothed.max() <= raw.max()
    assert 1 <= ess <= size * (1 + 1e-12)
    assert threshold == min(1 - 1 / np.log10(size), 0.7)


@forty
@given(st.integers(0, 10**6), st.floats(-1e4, 1e4))
def test_a_constant_in_the_log_weights_and_their_order_change_nothing_else(seed, level):
    raw = rng(seed).normal(size=200)
    one, shifted, turned = psis(raw), psis(raw + level), psis(raw[::-1])
    assert shifted.pareto_k == pytest.approx(one.pareto_k, abs=1e-6)
    assert shifted.ess == pytest.approx(one.ess, rel=1e-8)
    np.testing.assert_allclose(shifted.log_weights, one.log_weights + level, atol=1e-8)
    np.testing.assert_array_equal(turned.log_weights[::-1], one.log_weights)


def test_smoothed_weights_are_quantiles_of_the_fitted_tail():
    raw = np.log1p(stats.genpareto.rvs(0.4, size=400, random_state=rng(1)))
    order, M = np.argsort(raw), 60
    weights = np.exp(raw - raw.max())
    cutoff = weights[order[-M - 1]]
    k, sigma = zhang_stephens(weights[order[-M:]] - cutoff)
    quantiles = cutoff + stats.genpareto.ppf((np.arange(M) + 0.5) / M, k, scale=sigma)
    expected = np.log(np.minimum(quantiles, 1)) + raw.max()
    np.testing.assert_allclose(psis(raw).log_weights[order[-M:]], expected, rtol=1e-8)


def test_smoothing_steadies_the_evidence_where_weights_have_heavy_tails():
    """q two thirds as wide as the posterior: k = 0.56, infinite variance; the log evidence is 0."""
    raw, smooth = [], []
    for seed in range(200):
        weights = log_weights(Normal(0.0, 1.0).log_prob, Normal(0.0, 0.66), rng(seed), 500)[1]
        raw.append(log_mean_exp(weights))
        smooth.append(log_mean_exp(psis(weights).log_weights))
    assert np.mean(np.square(smooth)) < np.mean(np.square(raw))


def test_weights_come_with_their_draws():
    q = Normal(1.0, 2.0)
    z, weights = log_weights(lambda z: -z**2, q, rng(3), 50)
    np.testing.assert_array_equal(z, q.sample(rng(3), (50,)))
    np.testing.assert_allclose(weights, -z**2 - q.log_prob(z))


def test_hopeless_weights_have_an_infinite_index_and_float32_stays():
    result = psis(1e4 * rng().normal(size=100))
    assert result.pareto_k == INF and result.ess == pytest.approx(1)
    assert np.isneginf(psis(np.r_[np.full(90, -INF), np.zeros(10)]).log_weights).sum() == 90
    assert psis(rng().normal(size=100).astype(np.float32)).log_weights.dtype == np.float32


# --- Simulation-based calibration ---------------------------------------------------------------------

MODEL = (lambda r: r.normal(), lambda theta, r: r.normal(theta, 1.0, 3))


def posterior(x, shift=0.0, factor=1.0):
    return Normal(x.sum() / 4 + shift * 0.5, factor * 0.5)


def test_exact_inference_has_uniform_ranks():
    """False alarm with probability 1e-3 for a fresh seed."""
    result = simulation_based_calibration(*MODEL, lambda x, r: posterior(x), rng(), num_simulations=1000)
    assert result.ranks.shape == (1000,) and result.num_draws == 99 and result.num_bins == 20
    assert result.p_value > 1e-3


@pytest.mark.parametrize("wrong, low, high", [
    (dict(factor=0.6), "crowded", "crowded"),
    (dict(factor=1.8), "empty", "empty"),
    (dict(shift=0.5), "crowded", "empty"),
])
def test_inference_that_is_too_narrow_too_wide_or_shifted_is_found(wrong, low, high):
    """The shape of the ranks says which: too narrow, and the truth is often outside all draws."""
    result = simulation_based_calibration(*MODEL, lambda x, r: posterior(x, **wrong), rng())
    assert result.p_value < 1e-6
    for expected, ranks in ((low, result.ranks), (high, 99 - result.ranks)):
        share = (ranks < 10).mean()                             # a tenth, were it exact
        assert share > 0.15 if expected == "crowded" else share < 0.06


def test_the_prior_passes_although_it_learned_nothing():
    result = simulation_based_calibration(*MODEL, lambda x, r: Normal(0.0, 1.0), rng(), num_simulations=1000)
    assert result.p_value > 1e-3


def test_each_coordinate_is_tested_and_draws_may_be_given():
    def infer(x, r):
        return np.column_stack([r.normal(x[0] / 2, 0.5**0.5, 49), r.normal(x[1] / 2, 0.2, 49)])

    result = simulation_based_calibration(
        lambda r: r.normal(size=2), lambda theta, r: r.normal(theta), infer, rng(), num_draws=49)
    assert result.ranks.shape == (500, 2) and result.statistic.shape == result.p_value.shape == (2,)
    assert result.p_value[0] > 1e-3 and result.p_value[1] < 1e-6


def test_calibration_is_a_function_of_the_generator():
    one, same = (simulation_based_calibration(*MODEL, lambda x, r: posterior(x), rng(5), num_simulations=50)
                 for _ in range(2))
    np.testing.assert_array_equal(one.ranks, same.ranks)


def test_ranks_count_the_draws_strictly_below():
    assert sbc_ranks([0.5, 2.0, 1.0], [[0, 1, 0.4], [0, 1, 2], [1, 1, 1]]).tolist() == [2, 2, 0]
    truth, draws = rng(1).normal(size=(20, 3)), rng(2).normal(size=(20, 7, 3))
    expected = [[sum(draws[s, i, d] < truth[s, d] for i in range(7)) for d in range(3)] for s in range(20)]
    np.testing.assert_array_equal(sbc_ranks(truth, draws), expected)


def test_the_test_is_scipys_chi_square_and_its_p_values_are_uniform():
    ranks = rng().integers(0, 10, 200)
    statistic, p_value = uniformity_test(ranks, 9, num_bins=5)
    expected = stats.chisquare(np.bincount(ranks // 2, minlength=5))
    assert (statistic, p_value) == pytest.approx((expected.statistic, expected.pvalue))
    p_values = uniformity_test(rng(1).integers(0, 100, (2000, 400)), 99)[1]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


# --- The long run -------------------------------------------------------------------------------------


class Correlated:
    """Three coordinates of very different sizes, correlated, far from zero."""

    sizes, mean = np.array([1e-3, 1.0, 50.0]), np.array([2.0, -3.0, 100.0])
    covariance = sizes[:, None] * (0.7 + 0.3 * np.eye(3)) * sizes
    precision = np.linalg.inv(covariance)

    def pair(self, z):
        slope = (self.mean - z) @ self.precision
        return 0.5 * np.sum(slope * (self.mean - z), axis=1) * -1, slope


def test_a_long_run_has_the_moments_of_the_posterior():
    target = Correlated()
    run = hamiltonian_monte_carlo(None, 3, rng(1), grad=target.pair, num_warmup=600, num_draws=1000)
    assert run.draws.shape == (4, 1000, 3) and run.flat.shape == (4000, 3)
    assert (run.r_hat < 1.02).all() and (run.ess > 1000).all() and run.n_divergent == 0
    assert 0.6 < run.acceptance < 0.97
    errors = (run.flat.mean(axis=0) - target.mean) / (target.sizes / np.sqrt(run.ess))
    assert (np.abs(errors) < 4).all()
    squares = ((run.draws - target.mean) / target.sizes) ** 2
    errors = (squares.mean(axis=(0, 1)) - 1) / (np.sqrt(2 / effective_sample_size(squares)))
    assert (np.abs(errors) < 4).all()
    correlation = np.corrcoef(run.flat.T)
    np.testing.assert_allclose(correlation[np.triu_indices(3, 1)], 0.7, atol=0.06)


def test_autograd_drives_the_chains_and_a_skewed_density_keeps_its_moments():
    q = Gamma(2.0, 3.0)
    model = constrain(lambda x: anp.log(x[:, 0]) - 3 * x[:, 0], positive(1))
    run = hamiltonian_monte_carlo(model.log_joint, 1, rng(), num_warmup=200, num_draws=600)
    x = np.exp(run.draws)
    assert x.mean() == pytest.approx(q.mean, abs=4 * np.sqrt(q.variance / effective_sample_size(x)[0]))
    assert np.log(x).mean() == pytest.approx(q.mean_log, abs=4 * np.log(x).std() / np.sqrt(run.ess[0]))


def test_chains_that_sit_on_modes_far_apart_are_reported():
    def pair(z):
        side = np.where(z > 0, 1.0, -1.0)
        return -0.5 * np.sum((z - 20 * side) ** 2, axis=1), 20 * side - z

    start = np.array([[-20.0], [-20.0], [20.0], [20.0]])
    with pytest.warns(ConvergenceWarning, match="r_hat") as caught:
        run = hamiltonian_monte_carlo(None, 1, rng(), grad=pair, start=start, num_warmup=100, num_draws=100)
    assert len(caught) == 1 and run.r_hat[0] > 5 and run.ess[0] < 10


def test_a_run_is_a_function_of_the_generator():
    settings = dict(grad=lambda z: (-0.5 * np.sum(z**2, axis=1), -z), num_warmup=100, num_draws=300)
    one, same = (hamiltonian_monte_carlo(None, 2, rng(4), **settings) for _ in range(2))
    np.testing.assert_array_equal(one.draws, same.draws)


def test_r_hat_is_its_formula_and_one_when_chains_agree():
    draws = rng().normal(size=(4, 1000))
    halves = draws.reshape(8, 500)
    W, B = halves.var(axis=1, ddof=1).mean(), 500 * halves.mean(axis=1).var(ddof=1)
    assert split_r_hat(draws) == pytest.approx(np.sqrt((499 / 500 * W + B / 500) / W))
    assert split_r_hat(draws) < 1.01
    assert split_r_hat(draws + np.arange(4)[:, None]) > 1.4
    assert split_r_hat(draws + np.linspace(0, 5, 1000)) > 1.4  # a drift within each chain
    assert split_r_hat(np.zeros((2, 10))) == INF
    assert split_r_hat(np.stack([draws, draws + np.arange(4)[:, None]], axis=-1)).shape == (2,)


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.5, 0.9])
def test_the_effective_sample_size_of_an_autoregression_is_known(rho):
    """(1 - rho) / (1 + rho) of the draws."""
    noise, r = np.sqrt(1 - rho**2), rng(1)
    draws = np.empty((4, 5000))
    draws[:, 0] = r.normal(size=4)
    for t in range(1, 5000):
        draws[:, t] = rho * draws[:, t - 1] + noise * r.normal(size=4)
    assert effective_sample_size(draws) == pytest.approx(20_000 * (1 - rho) / (1 + rho), rel=0.2)
    both = effective_sample_size(np.stack([draws, -draws], axis=-1))
    assert both == pytest.approx(effective_sample_size(draws))


def test_draws_that_do_not_move_are_worth_one():
    assert effective_sample_size(np.ones((2, 50))) == 1


# --- The quick one ------------------------------------------------------------------------------------


def test_laplace_is_exact_for_a_gaussian():
    target = Correlated()
    result = laplace(None, 3, grad=target.pair, start=target.mean + target.sizes)
    np.testing.assert_allclose(result.q.loc, target.mean, rtol=1e-6)
    np.testing.assert_allclose(result.q.covariance, target.covariance, rtol=1e-3)
    log_evidence = 0.5 * np.linalg.slogdet(2 * np.pi * target.covariance)[1]
    assert result.log_evidence == pytest.approx(log_evidence, abs=1e-3)


def test_laplace_of_a_gamma_integral_is_stirlings_formula():
    """Gamma(a) as the integral of exp(a u - e^u): the approximation is sqrt(2 pi / a) (a / e)^a."""
    a = 7.5
    result = laplace(lambda u: a * u[:, 0] - anp.exp(u[:, 0]), 1)
    assert result.log_evidence == pytest.approx(0.5 * np.log(2 * np.pi / a) + a * np.log(a) - a, abs=1e-6)
    assert result.log_evidence < gammaln(a)
    assert result.q.loc[0] == pytest.approx(np.log(a), abs=1e-6)
    assert result.q.variance[0] == pytest.approx(1 / a, rel=1e-6)


# --- Hostile input ------------------------------------------------------------------------------------


def bowl(z):
    return -0.5 * anp.sum(z**2, axis=1)


def calibrate(**change):
    good = dict(draw_prior=MODEL[0], simulate=MODEL[1], infer=lambda x, r: posterior(x), rng=rng())
    return simulation_based_calibration(**dict(num_simulations=9) | good | change)


def run(**change):
    good = dict(log_joint=bowl, dim=2, rng=rng(), num_warmup=100, num_draws=10)
    return hamiltonian_monte_carlo(**good | change)


@pytest.mark.parametrize("call, message", [
    (lambda: psis([]), "log_weights"),
    (lambda: psis(np.zeros(24)), "25 or more"),
    (lambda: psis(np.zeros((5, 25))), "axes"),
    (lambda: psis(np.full(30, NAN)), "NaN"),
    (lambda: psis(np.r_[INF, np.zeros(30)]), r"\+inf"),
    (lambda: psis(np.full(30, -INF)), "-inf"),
    (lambda: psis("weights"), "real numbers"),
    (lambda: log_weights(None, Normal(0.0, 1.0), rng(), 5), "log_joint"),
    (lambda: log_weights(bowl, None, rng(), 5), "q must"),
    (lambda: log_weights(bowl, Normal(0.0, 1.0), 0, 5), "rng"),
    (lambda: log_weights(bowl, Normal(0.0, 1.0), rng(), 0), "num_samples"),
    (lambda: log_weights(lambda z: z[0], Normal(0.0, 1.0), rng(), 5), "shape"),
    (lambda: calibrate(draw_prior=3), "draw_prior"),
    (lambda: calibrate(simulate=None), "simulate"),
    (lambda: calibrate(infer="exact"), "infer"),
    (lambda: calibrate(rng=1), "rng"),
    (lambda: calibrate(num_simulations=1), "num_simulations"),
    (lambda: calibrate(num_draws=0), "num_draws"),
    (lambda: calibrate(num_bins=7), "num_bins"),
    (lambda: calibrate(draw_prior=lambda r: NAN), "NaN"),
    (lambda: calibrate(draw_prior=lambda r: np.zeros(r.integers(1, 9)), simulate=lambda theta, r: theta,
                       infer=lambda x, r: np.zeros((99, len(x)))), "one shape"),
    (lambda: calibrate(infer=lambda x, r: np.zeros(5)), "draws of infer"),
    (lambda: calibrate(infer=lambda x, r: np.full(99, INF)), "finite"),
    (lambda: sbc_ranks([1.0], [1.0]), "posterior_draws"),
    (lambda: sbc_ranks([1.0, 2.0], [[1.0]]), "posterior_draws"),
    (lambda: sbc_ranks([NAN], [[1.0]]), "prior_draws"),
    (lambda: uniformity_test([0, 1, 5], 4), "ranks"),
    (lambda: uniformity_test([0.5], 4), "ranks"),
    (lambda: uniformity_test([-1], 4), "ranks"),
    (lambda: uniformity_test([0, 1], 4, num_bins=1), "num_bins"),
    (lambda: run(log_joint=None), "log_joint"),
    (lambda: run(log_joint=lambda z: z), "shape"),
    (lambda: run(log_joint=lambda z: bowl(z) * NAN), "finite at the start"),
    (lambda: run(dim=0), "dim"),
    (lambda: run(rng=None), "rng"),
    (lambda: run(grad=3), "grad"),
    (lambda: run(grad=lambda z: z[:, 0]), "grad"),
    (lambda: run(num_chains=0), "num_chains"),
    (lambda: run(num_warmup=10), "num_warmup"),
    (lambda: run(num_draws=3), "num_draws"),
    (lambda: run(start=np.zeros(2)), "start"),
    (lambda: run(start=np.full((4, 2), NAN)), "start"),
    (lambda: run(path_length=0), "path_length"),
    (lambda: run(target_acceptance=1), "target_acceptance"),
    (lambda: run(log_joint=None, grad=lambda z: -z), "log_joint"),
    (lambda: split_r_hat(np.zeros(9)), "draws"),
    (lambda: split_r_hat(np.zeros((2, 3))), "4 a chain"),
    (lambda: effective_sample_size([[NAN] * 9]), "NaN"),
    (lambda: laplace(None, 2), "log_joint"),
    (lambda: laplace(None, 2, grad=lambda z: -z), "log_joint"),
    (lambda: laplace(bowl, 0), "dim"),
    (lambda: laplace(bowl, 2, start=[0.0]), "start"),
    (lambda: laplace(lambda z: bowl(z) * NAN, 2), "finite at the start"),
    (lambda: laplace(lambda z: 0 * z[:, 0], 2), "curved"),
    (lambda: laplace(lambda z: -bowl(z), 2), "curved"),
])
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_interfaces_meet_q_from_a_fit():
    q = MultivariateNormal([0.0, 0.0], np.eye(2))
    z, weights = log_weights(bowl, q, rng(), 40)
    assert z.shape == (40, 2) and np.ptp(weights) < 1e-12
