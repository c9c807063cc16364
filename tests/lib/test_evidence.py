"""Estimates of the evidence against models where it is known, and those models against mpmath,
quadrature and scipy.

Statistical checks use fixed seeds, so they pass or fail for good. Their threshold is four standard
errors: for a correct estimator and a fresh seed each would be a false alarm with probability 6e-5,
and a bias of eight standard errors would be missed as rarely.
"""

import itertools

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import comb, logsumexp, roots_jacobi, xlog1py, xlogy

from varinf import evidence
from varinf.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    Dirichlet,
    Gamma,
    MultivariateNormal,
    Normal,
)
from varinf.evidence import (
    BetaBernoulli,
    Estimate,
    LinearRegression,
    NormalNormal,
    annealed_importance_sampling,
    harmonic_mean,
    importance_sampling,
    log_mean_exp,
    reverse_annealed_importance_sampling,
    trapezoid,
)

pytestmark = pytest.mark.filterwarnings("error")
forty = settings(derandomize=True, deadline=None, max_examples=40)

THRESHOLD = 4
NAN, INF = float("nan"), float("inf")


def rng(seed=0):
    return np.random.default_rng(seed)


# --- Models with a known evidence ---------------------------------------------------------------------


class Coin:
    """Flips under a Beta(2, 3) prior."""

    def __init__(self, heads, tails):
        self.heads, self.tails, self.prior = heads, tails, Beta(2.0, 3.0)
        self.truth = BetaBernoulli(2.0, 3.0).log_evidence(heads, tails)
        self.posterior = BetaBernoulli(2.0, 3.0).posterior(heads, tails)

    def log_joint(self, z):
        return self.prior.log_prob(z) + xlogy(self.heads, z) + xlog1py(self.tails, -z)


class Mean:
    """Three numbers around a mean with a N(0, 1) prior."""

    x = np.array([0.9, 1.4, 0.2])

    def __init__(self, noise):
        self.noise, self.prior = noise, Normal(0.0, 1.0)
        self.truth = NormalNormal(0.0, 1.0, noise).log_evidence(self.x)
        self.posterior = NormalNormal(0.0, 1.0, noise).posterior(self.x)

    def log_likelihood(self, z):
        return stats.norm.logpdf(self.x[:, None], z, self.noise).sum(axis=0)

    def log_joint(self, z):
        return self.prior.log_prob(z) + self.log_likelihood(z)


class Line:
    """Linear regression. Counts how often its joint is evaluated."""

    def __init__(self, n=20, dim=2, beta=4.0):
        draw = rng(11)
        self.Phi, self.beta = draw.normal(size=(n, dim)), beta
        self.y = self.Phi @ draw.normal(size=dim) + draw.normal(size=n) / np.sqrt(beta)
        self.model = LinearRegression(1.0, beta)
        self.prior = MultivariateNormal(np.zeros(dim), np.eye(dim))
        self.truth = self.model.log_evidence(self.Phi, self.y)
        self.posterior = self.model.posterior(self.Phi, self.y)
        self.evaluations = 0

    def log_joint(self, z):
        self.evaluations += len(z)
        residual = ((self.y - z @ self.Phi.T) ** 2).sum(axis=1)
        log_noise = 0.5 * self.y.size * np.log(self.beta / (2 * np.pi))
        return log_noise - 0.5 * self.beta * residual + self.prior.log_prob(z)


COIN, MEAN, LINE = Coin(7, 3), Mean(0.7), Line()
MODELS = {"coin": COIN, "mean": MEAN, "line": LINE}


def standard_errors_from_truth(estimate, truth):
    """How far exp(value) is from the evidence, in standard errors of the mean weight."""
    return (1 - np.exp(truth - estimate.value)) / estimate.std_error


# --- log_mean_exp -------------------------------------------------------------------------------------

logs = st.lists(st.floats(-1e4, 1e4) | st.just(-INF), min_size=1, max_size=20)


@forty
@given(logs)
def test_log_mean_exp_is_logsumexp_minus_log_n(a):
    expected = float(logsumexp(a)) - np.log(len(a)) if max(a) > -INF else -INF
    assert log_mean_exp(a) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@forty
@given(logs, st.floats(-1e4, 1e4))
def test_log_mean_exp_moves_with_its_argument_and_stays_within_its_range(a, shift):
    a = np.array(a)
    assert log_mean_exp(a + shift) == pytest.approx(log_mean_exp(a) + shift, rel=1e-9, abs=1e-7)
    assert a.min() - 1e-9 <= log_mean_exp(a) <= a.max() + 1e-9


def test_log_mean_exp_of_nothing_but_zeros_is_minus_infinity():
    assert log_mean_exp([-INF, -INF]) == -INF
    assert log_mean_exp([[-INF, -INF], [0.0, -INF]], axis=1).tolist() == [-INF, -np.log(2)]


def test_log_mean_exp_neither_underflows_nor_overflows():
    assert log_mean_exp([-10_000.0, -10_000.0]) == -10_000.0
    assert log_mean_exp([1e300, 1e300]) == 1e300
    assert log_mean_exp([-1e300, 0.0]) == -np.log(2)


def test_log_mean_exp_keeps_the_axes_it_does_not_average_over():
    a = rng().normal(size=(2, 3, 4))
    assert log_mean_exp(a).shape == ()
    assert log_mean_exp(a, axis=0).shape == (3, 4)
    assert log_mean_exp(a, axis=(0, -1)) == pytest.approx(np.log(np.exp(a).mean(axis=(0, 2))))


def test_log_mean_exp_keeps_float32_and_widens_the_rest():
    assert log_mean_exp(np.zeros(3, np.float32)).dtype == np.float32
    assert log_mean_exp(np.zeros((3, 2), np.float32), axis=0).dtype == np.float32
    assert log_mean_exp([0, 1]).dtype == np.float64


@pytest.mark.parametrize("a", [[], NAN, [0.0, INF], "text", [[1.0], [1.0, 2.0]], 1j, None])
def test_log_mean_exp_rejects(a):
    with pytest.raises(ValueError, match="^a must be"):
        log_mean_exp(a)


@pytest.mark.parametrize("axis", [1, -2, 0.5, "rows", (0, 3), (0, 0)])
def test_log_mean_exp_rejects_an_axis_that_is_not_there(axis):
    with pytest.raises(ValueError, match="axis"):
        log_mean_exp([0.0, 1.0], axis=axis)


# --- trapezoid ----------------------------------------------------------------------------------------


@forty
@given(st.integers(2, 40), st.floats(-3, 3), st.floats(0.1, 4), st.integers(0, 2**32 - 1))
def test_trapezoid_is_the_rule_it_says(n, lo, width, seed):
    values = rng(seed).normal(scale=3, size=n)
    got = trapezoid(lambda z: values, lo, lo + width, n)
    expected = np.trapezoid(np.exp(values), np.linspace(lo, lo + width, n))
    assert got == pytest.approx(np.log(expected), abs=1e-10)
    assert isinstance(got, float)


@pytest.mark.parametrize("shift", [0.0, -10_000.0, 10_000.0])
def test_trapezoid_finds_the_evidence_at_any_level(shift):
    for model, lo, hi in ((COIN, 0, 1), (MEAN, -8, 8)):
        got = trapezoid(lambda z: model.log_joint(z) + shift, lo, hi, 2001)
        assert got == pytest.approx(model.truth + shift, abs=1e-9)


def test_trapezoid_in_several_dimensions_is_the_product_of_its_one_dimensional_integrals():
    lo, hi, n = np.array([-1.0, 0.0, 2.0]), np.array([1.0, 3.0, 2.5]), 7

    def factor(z, k):
        return np.sin((k + 1) * z) - z**2

    together = trapezoid(lambda z: sum(factor(z[:, k], k) for k in range(3)), lo, hi, n)
    apart = sum(trapezoid(lambda z, k=k: factor(z, k), lo[k], hi[k], n) for k in range(3))
    assert together == pytest.approx(apart, abs=1e-12)


def test_trapezoid_in_two_dimensions_finds_the_evidence_of_a_regression():
    line = LINE
    centre, reach = line.posterior.mean, 10 * np.sqrt(line.posterior.variance)
    got = trapezoid(line.log_joint, centre - reach, centre + reach, 101)
    assert got == pytest.approx(line.truth, abs=1e-9)


def test_trapezoid_never_asks_for_more_than_a_block_at_once():
    sizes = []

    def log_joint(z):
        sizes.append(z.shape)
        return stats.norm.logpdf(z).sum(axis=1)

    assert trapezoid(log_joint, [-8.0] * 3, [8.0] * 3, 41) == pytest.approx(0, abs=1e-9)
    assert sum(size for size, _ in sizes) == 41**3 and {dim for _, dim in sizes} == {3}
    assert len(sizes) > 1 and max(size for size, _ in sizes) <= evidence._BLOCK


def test_trapezoid_gives_a_box_of_one_dimension_points_with_one_column():
    shapes = []

    def log_joint(z):
        shapes.append(z.shape)
        return np.zeros(len(z))

    assert trapezoid(log_joint, [0.0], [2.0], 5) == pytest.approx(np.log(2))
    assert trapezoid(log_joint, 0.0, 2.0, 5) == pytest.approx(np.log(2))
    assert shapes == [(5, 1), (5,)]


def test_trapezoid_error_falls_with_the_square_of_the_spacing():
    errors = [trapezoid(lambda z: z, 0, 1, n) - np.log(np.e - 1) for n in (11, 21, 41)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.01)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.01)


def test_trapezoid_of_an_impossible_model_is_minus_infinity():
    assert trapezoid(lambda z: np.full(len(z), -INF), 0, 1, 5) == -INF


@pytest.mark.parametrize(
    "change, name",
    [
        ({"log_joint": 3}, "log_joint"),
        ({"log_joint": lambda z: z * NAN}, "log_joint"),
        ({"log_joint": lambda z: np.where(z == 0, INF, 0.0)}, "log_joint"),
        ({"log_joint": lambda z: 0.0}, "log_joint"),
        ({"log_joint": lambda z: np.zeros(len(z) + 1)}, "log_joint"),
        ({"log_joint": lambda z: np.zeros((len(z), 1))}, "log_joint"),
        ({"lo": NAN}, "lo"),
        ({"lo": -INF}, "lo"),
        ({"lo": 1.0}, "lo"),
        ({"lo": "zero"}, "lo"),
        ({"lo": [[0.0]]}, "lo"),
        ({"hi": INF}, "hi"),
        ({"hi": [1.0, 1.0]}, "hi"),
        ({"lo": [0.0, 2.0], "hi": [1.0, 1.0]}, "lo"),
        ({"lo": [], "hi": []}, "lo"),
        ({"n": 1}, "n"),
        ({"n": 2.5}, "n"),
        ({"n": True}, "n"),
        ({"lo": [0.0] * 40, "hi": [1.0] * 40, "n": 100}, "n"),
    ],
)
def test_trapezoid_rejects(change, name):
    arguments = {"log_joint": lambda z: np.zeros(len(z)), "lo": 0.0, "hi": 1.0, "n": 11} | change
    with pytest.raises(ValueError, match=rf"^{name}(\(z\))? must be"):
        trapezoid(**arguments)


# --- Importance sampling ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_importance_sampling_from_the_prior_is_unbiased(name):
    model = MODELS[name]
    estimate = importance_sampling(model.log_joint, model.prior, rng(1), 50_000)
    assert abs(standard_errors_from_truth(estimate, model.truth)) < THRESHOLD


@pytest.mark.parametrize("name", MODELS)
def test_the_unbiasedness_check_would_notice_a_wrong_factor(name):
    """The same draws, with a joint that is too large by eight standard errors."""
    model = MODELS[name]
    honest = importance_sampling(model.log_joint, model.prior, rng(1), 50_000)
    wrong = importance_sampling(
        lambda z: model.log_joint(z) + np.log1p(8 * honest.std_error), model.prior, rng(1), 50_000
    )
    assert abs(standard_errors_from_truth(wrong, model.truth)) > THRESHOLD


@pytest.mark.parametrize("name", MODELS)
def test_importance_sampling_from_the_posterior_is_exact(name):
    model = MODELS[name]
    estimate = importance_sampling(model.log_joint, model.posterior, rng(2), 10)
    assert estimate.value == pytest.approx(model.truth, abs=1e-9)
    assert estimate.std_error == pytest.approx(0, abs=1e-9) and estimate.ess == pytest.approx(10)


def test_importance_sampling_sums_over_a_discrete_variable():
    log_table = np.log([0.1, 0.25, 0.02])

    def log_joint(z):
        return log_table[z.astype(int)]

    estimate = importance_sampling(log_joint, Categorical([0.5, 0.25, 0.25]), rng(3), 20_000)
    assert abs(standard_errors_from_truth(estimate, np.log(0.37))) < THRESHOLD


def test_importance_sampling_is_on_average_low():
    """Jensen: the log of an unbiased estimate."""
    values = np.array([importance_sampling(COIN.log_joint, COIN.prior, rng(s), 3).value for s in range(500)])
    assert values.mean() - COIN.truth < -THRESHOLD * values.std() / np.sqrt(500)


def test_the_standard_error_is_the_spread_of_repeated_estimates():
    estimates = [importance_sampling(MEAN.log_joint, MEAN.prior, rng(s), 400) for s in range(400)]
    spread = np.std([e.value for e in estimates], ddof=1)
    assert np.mean([e.std_error for e in estimates]) == pytest.approx(spread, rel=0.15)


@forty
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=20))
def test_an_estimate_follows_from_its_weights(log_weights):
    """The proposal's density is cancelled, so the weights are the ones given."""
    prior, w = Normal(0.0, 1.0), np.exp(log_weights)
    got = importance_sampling(lambda z: prior.log_prob(z) + log_weights, prior, rng(0), len(w))
    assert got.value == pytest.approx(np.log(w.mean()), rel=1e-9, abs=1e-9)
    assert got.std_error == pytest.approx(w.std(ddof=1) / np.sqrt(len(w)) / w.mean(), rel=1e-6, abs=1e-9)
    assert got.ess == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-9)
    assert 1 - 1e-9 <= got.ess <= len(w) * (1 + 1e-9)


def test_an_estimate_unpacks_into_three_floats():
    value, std_error, ess = importance_sampling(MEAN.log_joint, MEAN.prior, rng(), 10)
    assert all(type(part) is float for part in (value, std_error, ess))


def test_an_estimate_from_weights_that_are_all_zero_says_so():
    def impossible(z):
        return np.full(len(z), -INF)

    assert importance_sampling(impossible, Normal(0.0, 1.0), rng(), 5) == Estimate(-INF, INF, 0.0)
    assert annealed_importance_sampling(impossible, Normal(0.0, 1.0), rng(), 5, 4) == Estimate(-INF, INF, 0.0)


# --- Annealed importance sampling ---------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("num_temperatures", [3, 6])
def test_annealing_is_unbiased_at_any_number_of_temperatures(name, num_temperatures):
    model = MODELS[name]
    estimate = annealed_importance_sampling(model.log_joint, model.prior, rng(4), 20_000, num_temperatures)
    assert abs(standard_errors_from_truth(estimate, model.truth)) < THRESHOLD


@pytest.mark.parametrize("name", MODELS)
def test_the_unbiasedness_check_would_notice_updates_of_the_wrong_density(name, monkeypatch):
    """Updates that leave the joint invariant, and not the density of the temperature at hand."""
    model, update = MODELS[name], evidence._slice

    def wrong(log_joint, prior, z, t, *rest):
        return update(log_joint, prior, z, 1.0, *rest)

    monkeypatch.setattr(evidence, "_slice", wrong)
    estimate = annealed_importance_sampling(model.log_joint, model.prior, rng(4), 20_000, 6)
    assert abs(standard_errors_from_truth(estimate, model.truth)) > THRESHOLD


def test_annealing_with_few_chains_is_unbiased_too():
    """The mean of exp(value) over 256 runs of three chains each."""
    draw = rng(5)
    values = [annealed_importance_sampling(MEAN.log_joint, MEAN.prior, draw, 3, 4).value for _ in range(256)]
    ratios = np.exp(np.array(values) - MEAN.truth)
    assert abs(ratios.mean() - 1) < THRESHOLD * ratios.std(ddof=1) / 16


def test_annealing_is_unbiased_where_the_likelihood_is_zero_on_part_of_the_prior():
    def log_joint(z):
        return np.where(z > 0.5, stats.norm.logpdf(z), -INF)

    estimate = annealed_importance_sampling(log_joint, Normal(0.0, 1.0), rng(5), 20_000, 5)
    assert abs(standard_errors_from_truth(estimate, stats.norm.logsf(0.5))) < THRESHOLD


def test_annealing_may_start_elsewhere_than_at_the_models_prior():
    estimate = annealed_importance_sampling(MEAN.log_joint, Normal(1.0, 2.0), rng(6), 20_000, 5)
    assert abs(standard_errors_from_truth(estimate, MEAN.truth)) < THRESHOLD


def test_two_temperatures_are_simple_monte_carlo():
    for model in MODELS.values():
        annealed = annealed_importance_sampling(model.log_joint, model.prior, rng(6), 50, 2)
        assert annealed == pytest.approx(importance_sampling(model.log_joint, model.prior, rng(6), 50))


def test_without_data_every_weight_is_one():
    pair = MultivariateNormal([0.0, 1.0], np.eye(2))
    for prior in (Normal(1.0, 2.0), Beta(0.7, 3.0), Gamma(2.0, 0.1), pair):
        estimate = annealed_importance_sampling(prior.log_prob, prior, rng(7), 6, 5)
        assert estimate == pytest.approx(Estimate(0.0, 0.0, 6.0), abs=1e-9)


def annealed_normal(t):
    """f_t for Mean: prior times likelihood to the power t, which is normal."""
    precision = 1 + 3 * t / 0.7**2
    return t * MEAN.x.sum() / 0.7**2 / precision, precision**-0.5


@pytest.mark.parametrize("t", [0.05, 0.5, 1.0])
def test_an_update_leaves_the_tempered_density_invariant(t):
    """Draws from f_t are still draws from f_t after three updates, and have moved."""
    loc, scale = annealed_normal(t)
    start = z = rng(8).normal(loc, scale, size=5000)
    along, draw = evidence._line(MEAN.prior, ()), rng(9)
    densities = evidence._log_densities(MEAN.log_joint, MEAN.prior, z)
    for _ in range(3):
        z, *densities = evidence._slice(MEAN.log_joint, MEAN.prior, z, t, *densities, along, draw)
    assert stats.kstest(z, stats.norm(loc, scale).cdf).pvalue > 1e-3
    assert np.mean(z == start) < 0.01 and abs(np.corrcoef(z, start)[0, 1]) < 0.3
    assert densities[0] == pytest.approx(MEAN.prior.log_prob(z))


def test_an_update_leaves_a_correlated_density_in_three_dimensions_invariant():
    covariance = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.3], [0.0, 0.3, 4.0]])
    target = MultivariateNormal([1.0, 0.0, 0.0], covariance)
    prior = MultivariateNormal(np.zeros(3), 3 * np.eye(3))
    z, draw = target.sample(rng(10), 4000), rng(11)
    along, densities = evidence._line(prior, (3,)), evidence._log_densities(target.log_prob, prior, z)
    for _ in range(10):
        z, *densities = evidence._slice(target.log_prob, prior, z, 1.0, *densities, along, draw)
    whitened = np.linalg.solve(np.linalg.cholesky(covariance), (z - target.mean).T)
    assert all(stats.kstest(row, "norm").pvalue > 1e-3 for row in whitened)
    assert np.abs(np.corrcoef(whitened) - np.eye(3)).max() < THRESHOLD / np.sqrt(4000)


def test_the_joint_is_never_asked_where_the_prior_is_zero():
    for prior in (Beta(1.0, 1.0), Gamma(1.0, 1.0)):
        def log_joint(z):
            assert z.size and (prior.log_prob(z) > -INF).all()
            return prior.log_prob(z) - 5 * z

        annealed_importance_sampling(log_joint, prior, rng(12), 50, 20)


def test_annealing_beats_simple_monte_carlo_at_equal_cost():
    """Five weights and 100 precise observations; the cost is counted in evaluations of the joint."""
    annealed_errors, simple_errors = [], []
    for seed in range(2):
        line = Line(n=100, dim=5, beta=25.0)
        estimate = annealed_importance_sampling(line.log_joint, line.prior, rng(seed), 20, 250)
        simple = importance_sampling(line.log_joint, line.prior, rng(seed), line.evaluations)
        annealed_errors.append(abs(estimate.value - line.truth))
        simple_errors.append(abs(simple.value - line.truth))
    assert max(annealed_errors) < 0.1 * min(simple_errors)


STRONG = {"coin": Coin(70, 30), "mean": Mean(0.1), "line": LINE}


@pytest.mark.parametrize("name", STRONG)
def test_forward_and_reverse_runs_sandwich_the_log_evidence(name):
    """Means over 100 runs of two chains; each bound holds by more than four of its standard errors."""
    model, below, above, draw = STRONG[name], [], [], rng(20)
    for _ in range(100):
        exact = model.posterior.sample(draw, 2)
        below.append(annealed_importance_sampling(model.log_joint, model.prior, draw, 2, 3).value)
        above.append(reverse_annealed_importance_sampling(model.log_joint, model.prior, exact, draw, 3).value)
    assert np.mean(below) + THRESHOLD * np.std(below) / 10 < model.truth
    assert np.mean(above) - THRESHOLD * np.std(above) / 10 > model.truth


@pytest.mark.parametrize("name", STRONG)
def test_the_sandwich_closes_as_temperatures_are_added(name):
    """Each chain's log weight is a bound of its own, so 500 chains give 500 of them."""
    model, gaps, draw = STRONG[name], [], rng(21)
    for count in (3, 12, 48):
        t = np.linspace(0, 1, count) ** 4
        start, end = model.prior.sample(draw, 500), model.posterior.sample(draw, 500)
        below = evidence._anneal(model.log_joint, model.prior, start, t, draw)
        above = -evidence._anneal(model.log_joint, model.prior, end, t[::-1], draw)
        assert below.mean() < model.truth < above.mean()
        gaps.append(above.mean() - below.mean())
    assert gaps[1] < 0.5 * gaps[0] and gaps[2] < 0.5 * gaps[1]


@pytest.mark.parametrize("model", [COIN, MEAN, Line(n=3, beta=1.0)], ids=MODELS)
def test_the_reverse_run_is_unbiased_for_one_over_the_evidence(model):
    """With few data: the reverse weights have heavy tails, and with many no standard error is to be had."""
    exact = model.posterior.sample(rng(13), 5000)
    estimate = reverse_annealed_importance_sampling(model.log_joint, model.prior, exact, rng(14), 20)
    inverse = estimate._replace(value=-estimate.value)
    assert abs(standard_errors_from_truth(inverse, -model.truth)) < THRESHOLD


def test_the_reverse_run_leaves_the_posterior_draws_alone():
    exact = MEAN.posterior.sample(rng(15), 10)
    kept = exact.copy()
    reverse_annealed_importance_sampling(MEAN.log_joint, MEAN.prior, exact, rng(), 5)
    assert (exact == kept).all()


ESTIMATORS = {
    "importance": lambda f, p, r: importance_sampling(f, p, r, 20),
    "annealed": lambda f, p, r: annealed_importance_sampling(f, p, r, 20, 6),
    "reverse": lambda f, p, r: reverse_annealed_importance_sampling(f, p, np.linspace(0.1, 0.9, 20), r, 6),
}


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
def test_a_log_joint_near_minus_ten_thousand_only_moves_the_estimate(estimator):
    low = estimator(lambda z: MEAN.log_joint(z) - 10_000, MEAN.prior, rng(1))
    level = estimator(MEAN.log_joint, MEAN.prior, rng(1))
    assert low.value == pytest.approx(level.value - 10_000, abs=1e-6)
    assert low[1:] == pytest.approx(level[1:], rel=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
def test_randomness_comes_from_rng_alone(estimator):
    before = np.random.get_state()[1].copy()
    draw = rng(1)
    first, second = (estimator(MEAN.log_joint, MEAN.prior, draw) for _ in range(2))
    assert first == estimator(MEAN.log_joint, MEAN.prior, rng(1)) and first != second
    assert (np.random.get_state()[1] == before).all()


def column(z):
    return MEAN.log_joint(z)[:, None]


NOT_A_JOINT = [3, None, lambda z: z * NAN, lambda z: z * 0 + INF, lambda z: 0.0, column, lambda z: "text"]


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
@pytest.mark.parametrize("log_joint", NOT_A_JOINT)
def test_estimators_reject_a_log_joint_that_is_not_one(estimator, log_joint):
    with pytest.raises(ValueError, match="^log_joint"):
        estimator(log_joint, MEAN.prior, rng())


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
@pytest.mark.parametrize(
    "distribution", [None, stats.norm(), Normal(np.zeros(3), 1.0), Normal(np.zeros((2, 2)), 1.0)]
)
def test_estimators_reject_what_is_not_the_distribution_of_one_variable(estimator, distribution):
    with pytest.raises(ValueError, match="^(proposal|prior|posterior_samples)"):
        estimator(MEAN.log_joint, distribution, rng())


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
@pytest.mark.parametrize("seed", [None, 0, np.random, np.random.RandomState(0)])
def test_estimators_reject_anything_but_a_generator(estimator, seed):
    with pytest.raises(ValueError, match="^rng must be a numpy.random.Generator"):
        estimator(MEAN.log_joint, MEAN.prior, seed)


@pytest.mark.parametrize("prior", [Bernoulli(0.5), Categorical([0.5, 0.5]), Dirichlet([2.0, 2.0, 2.0])])
def test_annealing_rejects_a_prior_without_room_to_move(prior):
    with pytest.raises(ValueError, match="^prior must be"):
        annealed_importance_sampling(lambda z: np.zeros(len(z)), prior, rng(), 5, 5)


@pytest.mark.parametrize("count", [1, 0, -3, 2.5, None, True, "10"])
def test_estimators_reject_a_count_that_is_too_small_or_no_integer(count):
    f, p = MEAN.log_joint, MEAN.prior
    with pytest.raises(ValueError, match="^num_samples must be an integer of at least 2"):
        importance_sampling(f, p, rng(), count)
    with pytest.raises(ValueError, match="^num_chains must be an integer of at least 2"):
        annealed_importance_sampling(f, p, rng(), count, 5)
    with pytest.raises(ValueError, match="^num_temperatures must be an integer of at least 2"):
        annealed_importance_sampling(f, p, rng(), 5, count)
    with pytest.raises(ValueError, match="^num_temperatures must be an integer of at least 2"):
        reverse_annealed_importance_sampling(f, p, [0.1, 0.2], rng(), count)


@pytest.mark.parametrize("draws", [[], 0.5, [0.5], [0.5, NAN], [0.5, INF], [[0.5], [0.6]], [0.5, 1.5], "ab"])
def test_the_reverse_run_rejects_draws_that_cannot_be_posterior_draws(draws):
    with pytest.raises(ValueError, match="^posterior_samples must be"):
        reverse_annealed_importance_sampling(COIN.log_joint, COIN.prior, draws, rng(), 5)


# --- The harmonic mean --------------------------------------------------------------------------------


@forty
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_harmonic_mean_is_the_harmonic_mean(log_likelihood):
    got = harmonic_mean(log_likelihood)
    expected = stats.hmean(np.exp(np.array(log_likelihood) - max(log_likelihood)))
    assert got.value == pytest.approx(np.log(expected) + max(log_likelihood), rel=1e-9, abs=1e-9)
    assert 1 - 1e-9 <= got.ess <= len(log_likelihood) * (1 + 1e-9)


def test_harmonic_mean_near_minus_ten_thousand_does_not_underflow():
    assert harmonic_mean([-10_000.0, -10_000.0]) == pytest.approx(Estimate(-10_000.0, 0.0, 2.0))


def test_harmonic_mean_is_nearly_blind_to_the_prior_and_its_standard_error_hides_it():
    """Two priors, the second 1000 times wider: the evidence falls by almost log 1000, the estimate by
    less than half of that, and the truth is far outside what the standard error suggests."""
    x, values = MEAN.x, {}
    for scale in (1.0, 1000.0):
        model = NormalNormal(0.0, scale, 0.7)
        draws = model.posterior(x).sample(rng(16), 10_000)
        estimate = harmonic_mean(MEAN.log_likelihood(draws))
        values[scale] = estimate, model.log_evidence(x)
    (narrow, truth), (wide, wide_truth) = values[1.0], values[1000.0]
    assert truth - wide_truth == pytest.approx(np.log(1000), abs=0.7)
    assert narrow.value - wide.value < 0.5 * (truth - wide_truth)
    assert wide.value - wide_truth > 5 * wide.std_error


@pytest.mark.parametrize("bad", [[], [1.0], 1.0, [[1.0, 2.0]], [0.0, NAN], [0.0, -INF], [0.0, INF], None])
def test_harmonic_mean_rejects(bad):
    with pytest.raises(ValueError, match="^log_likelihood must be"):
        harmonic_mean(bad)


# --- Beta-Bernoulli -----------------------------------------------------------------------------------

positive = st.floats(0.05, 50)
few = st.integers(0, 12)


def exact_log_evidence(a, b, heads, tails):
    with mpmath.workdps(60):
        a, b = mpmath.mpf(a), mpmath.mpf(b)

        def log_beta(p, q):
            return mpmath.loggamma(p) + mpmath.loggamma(q) - mpmath.loggamma(p + q)

        return float(log_beta(a + heads, b + tails) - log_beta(a, b))


SIZES = [1e-8, 1e-6, 0.5, 1.0, 3.0, 1e8]
COUNTS = [(0, 0), (1, 0), (0, 1), (3, 4), (10**6, 0), (10**6, 1), (600_000, 400_000), (10**6, 10**6)]


@pytest.mark.parametrize("heads, tails", COUNTS)
def test_coin_log_evidence_agrees_with_mpmath_at_extreme_priors_and_counts(heads, tails):
    """Relative error below 1e-11 for every pair of prior counts from 1e-8 to 1e8."""
    for a, b in itertools.product(SIZES, SIZES):
        expected = exact_log_evidence(a, b, heads, tails)
        assert BetaBernoulli(a, b).log_evidence(heads, tails) == pytest.approx(expected, rel=1e-11), (a, b)


@forty
@given(positive, positive, few, few)
def test_coin_log_evidence_agrees_with_quadrature(a, b, heads, tails):
    """Gauss-Jacobi: the nodes carry the prior's density, and the likelihood, a polynomial, is integrated
    without error."""
    nodes, weights = roots_jacobi(20, b - 1, a - 1)
    z = (1 + nodes) / 2
    expected = np.log(weights @ (z**heads * (1 - z) ** tails) / weights.sum())
    assert BetaBernoulli(a, b).log_evidence(heads, tails) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@forty
@given(positive, positive, st.lists(st.booleans(), max_size=30))
def test_coin_log_evidence_is_the_sum_of_log_predictive_probabilities_in_any_order(a, b, flips):
    model, total, heads = BetaBernoulli(a, b), 0.0, 0
    for n, flip in enumerate(flips):
        probability = model.predictive(heads, n - heads)
        total += np.log(probability if flip else 1 - probability)
        heads += flip
    assert model.log_evidence(heads, len(flips) - heads) == pytest.approx(total, rel=1e-9, abs=1e-9)


@forty
@given(positive, positive, few, few, few, few)
def test_coin_chain_rule(a, b, h1, t1, h2, t2):
    model, posterior = BetaBernoulli(a, b), BetaBernoulli(a, b).posterior(h1, t1)
    later = BetaBernoulli(posterior.a, posterior.b).log_evidence(h2, t2)
    assert model.log_evidence(h1 + h2, t1 + t2) == pytest.approx(model.log_evidence(h1, t1) + later, abs=1e-9)


@forty
@given(positive, positive, st.integers(0, 15))
def test_the_probabilities_of_all_sequences_of_flips_sum_to_one(a, b, n):
    total = sum(comb(n, h) * np.exp(BetaBernoulli(a, b).log_evidence(h, n - h)) for h in range(n + 1))
    assert total == pytest.approx(1)


@forty
@given(positive, positive, few, few, st.floats(0.01, 0.99))
def test_coin_posterior_is_bayes_rule(a, b, heads, tails, z):
    model = BetaBernoulli(a, b)
    joint = Beta(a, b).log_prob(z) + heads * np.log(z) + tails * np.log1p(-z)
    posterior = model.posterior(heads, tails)
    assert posterior.log_prob(z) == pytest.approx(joint - model.log_evidence(heads, tails), abs=1e-8)
    assert model.predictive(heads, tails) == pytest.approx(posterior.mean)


def test_no_flips_are_certain_and_counts_may_come_as_numpy_numbers():
    assert str(BetaBernoulli(2, 3).log_evidence(0, 0)) == "0.0"
    assert BetaBernoulli().log_evidence(np.int64(1), np.float64(1.0)) == pytest.approx(np.log(1 / 6))
    assert type(BetaBernoulli().log_evidence(1, 1)) is type(BetaBernoulli().predictive(1, 1)) is float


METHODS = ["posterior", "predictive", "log_evidence"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", [-1, 0.5, NAN, INF, "3", None, [1, 2], []])
def test_coin_rejects_what_is_not_a_count(method, bad):
    with pytest.raises(ValueError, match="^heads must be"):
        getattr(BetaBernoulli(), method)(bad, 1)
    with pytest.raises(ValueError, match="^tails must be"):
        getattr(BetaBernoulli(), method)(1, bad)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", [0, -1.0, NAN, INF, "1", None, [1.0, 2.0]])
def test_coin_stores_any_prior_and_rejects_a_bad_one_when_it_is_used(method, bad):
    for name in ("a", "b"):
        with pytest.raises(ValueError, match=f"^{name} must be"):
            getattr(BetaBernoulli(**{name: bad}), method)(1, 1)


# --- Normal-Normal ------------------------------------------------------------------------------------

means, scales = st.floats(-5, 5), st.floats(0.05, 20)
numbers = st.lists(st.floats(-10, 10), min_size=1, max_size=8)


@forty
@given(means, scales, scales, numbers)
def test_normal_log_evidence_is_the_density_of_a_multivariate_normal(mean, prior, noise, x):
    covariance = noise**2 * np.eye(len(x)) + prior**2
    expected = stats.multivariate_normal(np.full(len(x), mean), covariance).logpdf(x)
    assert NormalNormal(mean, prior, noise).log_evidence(x) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@forty
@given(means, scales, scales, numbers)
def test_normal_log_evidence_agrees_with_quadrature(mean, prior, noise, x):
    model = NormalNormal(mean, prior, noise)
    q = model.posterior(x)

    def log_joint(z):
        log_likelihood = stats.norm.logpdf(np.array(x)[:, None], z, noise).sum(axis=0)
        return stats.norm.logpdf(z, mean, prior) + log_likelihood

    got = trapezoid(log_joint, q.loc - 12 * q.scale, q.loc + 12 * q.scale, 201)
    assert got == pytest.approx(model.log_evidence(x), rel=1e-9, abs=1e-9)


@forty
@given(means, scales, scales, numbers, numbers)
def test_normal_chain_rule(mean, prior, noise, first, second):
    model = NormalNormal(mean, prior, noise)
    between = model.posterior(first)
    later = NormalNormal(between.loc, between.scale, noise)
    apart = model.log_evidence(first) + later.log_evidence(second)
    assert model.log_evidence(first + second) == pytest.approx(apart, rel=1e-8, abs=1e-8)
    ends = model.posterior(first + second), later.posterior(second)
    assert ends[0].loc == pytest.approx(ends[1].loc, rel=1e-9, abs=1e-9)
    assert ends[0].scale == pytest.approx(ends[1].scale, rel=1e-9)


@forty
@given(means, scales, scales, numbers, means)
def test_normal_posterior_is_bayes_rule(mean, prior, noise, x, z):
    model = NormalNormal(mean, prior, noise)
    joint = stats.norm.logpdf(z, mean, prior) + stats.norm.logpdf(x, z, noise).sum()
    assert model.posterior(x).log_prob(z) == pytest.approx(joint - model.log_evidence(x), rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("prior, noise", [(1e150, 1), (1e-150, 1), (1, 1e-150), (1e8, 1e-8), (1e200, 1e200)])
def test_normal_log_evidence_agrees_with_mpmath_at_extreme_scales(prior, noise):
    x = noise * np.array([0.3, -1.2, 2.0]) + 1.0
    with mpmath.workdps(700):
        s2, v = mpmath.mpf(prior) ** 2, mpmath.mpf(noise) ** 2
        z = [mpmath.mpf(value) - 1 for value in x.tolist()]
        total, n = v + len(z) * s2, len(z)
        quadratic = (sum(value**2 for value in z) - s2 * sum(z) ** 2 / total) / v
        exact = -(n * mpmath.log(2 * mpmath.pi) + (n - 1) * mpmath.log(v) + mpmath.log(total) + quadratic) / 2
    assert NormalNormal(1.0, prior, noise).log_evidence(x) == pytest.approx(float(exact), rel=1e-9)


def test_normal_log_evidence_does_not_depend_on_where_zero_is():
    x, shift = np.array([0.25, -1.5, 2.0]), 2.0**26
    far = NormalNormal(shift + 0.5, 2.0, 1.0).log_evidence(x + shift)
    assert far == pytest.approx(NormalNormal(0.5, 2.0, 1.0).log_evidence(x), abs=1e-7)


@pytest.mark.parametrize("method", ["posterior", "log_evidence"])
def test_normal_rejects(method):
    for bad in ([], 1.0, [[1.0]], [NAN], [INF], "x", None):
        with pytest.raises(ValueError, match="^x must be"):
            getattr(NormalNormal(), method)(bad)
    for name in ("prior_scale", "noise_scale"):
        for bad in (0.0, -1.0, NAN, INF, "1", None, [1.0, 2.0]):
            with pytest.raises(ValueError, match=f"^{name} must be"):
                getattr(NormalNormal(**{name: bad}), method)([1.0])
    for bad in (NAN, -INF, "0", None, [0.0]):
        with pytest.raises(ValueError, match="^prior_mean must be"):
            getattr(NormalNormal(prior_mean=bad), method)([1.0])


# --- Linear regression --------------------------------------------------------------------------------

precisions = st.floats(0.01, 100)
seeds = st.integers(0, 2**32 - 1)
regressions = st.tuples(st.integers(1, 12), st.integers(1, 6), precisions, precisions, seeds)


def regression(case):
    n, dim, alpha, beta, seed = case
    draw = rng(seed)
    return LinearRegression(alpha, beta), draw.normal(size=(n, dim)), draw.normal(size=n)


@forty
@given(regressions)
def test_regression_log_evidence_is_the_density_of_a_multivariate_normal(case):
    """More data than weights, fewer, and one datum alone."""
    model, Phi, y = regression(case)
    covariance = np.eye(len(y)) / model.beta + Phi @ Phi.T / model.alpha
    expected = stats.multivariate_normal(np.zeros(len(y)), covariance).logpdf(y)
    assert model.log_evidence(Phi, y) == pytest.approx(expected, rel=1e-7, abs=1e-7)


@forty
@given(regressions)
def test_regression_posterior_solves_the_normal_equations(case):
    model, Phi, y = regression(case)
    posterior = model.posterior(Phi, y)
    precision = model.alpha * np.eye(Phi.shape[1]) + model.beta * Phi.T @ Phi
    assert posterior.covariance @ precision == pytest.approx(np.eye(Phi.shape[1]), abs=1e-8)
    assert precision @ posterior.mean == pytest.approx(model.beta * Phi.T @ y, abs=1e-8)


@forty
@given(regressions)
def test_regression_posterior_is_bayes_rule(case):
    model, Phi, y = regression(case)
    w = rng(1).normal(size=Phi.shape[1])
    joint = stats.norm.logpdf(y, Phi @ w, model.beta**-0.5).sum()
    joint += stats.norm.logpdf(w, 0, model.alpha**-0.5).sum()
    expected = joint - model.log_evidence(Phi, y)
    assert model.posterior(Phi, y).log_prob(w) == pytest.approx(expected, rel=1e-7, abs=1e-7)


@forty
@given(regressions)
def test_regression_log_evidence_is_the_sum_of_log_predictive_densities(case):
    model, Phi, y = regression(case)
    total = model.log_evidence(Phi[:1], y[:1])
    for n in range(1, len(y)):
        total += model.predictive(Phi[:n], y[:n], Phi[n : n + 1]).log_prob(y[n])[0]
    assert model.log_evidence(Phi, y) == pytest.approx(total, rel=1e-8, abs=1e-8)


@forty
@given(regressions)
def test_regression_predictive_has_the_posterior_spread_plus_the_noise(case):
    model, Phi, y = regression(case)
    new, posterior = rng(2).normal(size=(4, Phi.shape[1])), model.posterior(Phi, y)
    predictive = model.predictive(Phi, y, new)
    assert predictive.mean == pytest.approx(new @ posterior.mean)
    assert predictive.variance == pytest.approx(1 / model.beta + np.diag(new @ posterior.covariance @ new.T))


def exact_regression(Phi, y, alpha, beta):
    """Log evidence of a regression in 120 digits, from the D x D form."""
    with mpmath.workdps(120):
        n, dim = Phi.shape
        P, Y = mpmath.matrix(Phi.tolist()), mpmath.matrix(y.tolist())
        precision = beta * (P.T * P) + alpha * mpmath.eye(dim)
        mean = mpmath.lu_solve(precision, beta * (P.T * Y))
        misfit = beta * sum(r**2 for r in Y - P * mean) + alpha * sum(m**2 for m in mean)
        factor = mpmath.cholesky(precision)
        log_det = 2 * sum(mpmath.log(factor[i, i]) for i in range(dim))
        constant = dim * mpmath.log(alpha) + n * mpmath.log(beta / (2 * mpmath.pi))
        return float((constant - misfit - log_det) / 2)


@pytest.mark.parametrize("lo, hi", [(0, 1), (-1, 1), (0, 100), (-1000, 1000)])
@pytest.mark.parametrize("n", [1, 5, 13, 40])
def test_polynomials_of_degree_twelve_are_accurate_in_any_units(lo, hi, n):
    """Powers from 1 to 1e36 side by side. Relative error below 1e-7; mostly 1e-10."""
    draw = rng(17)
    x = draw.uniform(lo, hi, size=n)
    Phi, y = x[:, None] ** np.arange(13), np.sin(6 * x / (hi - lo)) + 0.1 * draw.normal(size=n)
    for alpha, beta in ((1.0, 1.0), (1e-3, 1e3), (1e-8, 1e8), (1e4, 1e-4)):
        expected = exact_regression(Phi, y, alpha, beta)
        assert LinearRegression(alpha, beta).log_evidence(Phi, y) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("n", [1, 3, 13, 30])
def test_polynomials_of_inputs_over_six_decades_are_accurate_in_either_order_of_powers(n, reverse):
    """Small rows beside huge ones, the prior's rows among them: without pivoting and sorting every digit
    is lost here."""
    x = 10 ** rng(22).uniform(-3, 3, size=n)
    Phi, y = np.vander(x, 13, increasing=not reverse), np.sin(np.arange(n))
    for alpha, beta in ((1.0, 1.0), (1e-8, 1e8), (1e6, 1e-6)):
        expected = exact_regression(Phi, y, alpha, beta)
        assert LinearRegression(alpha, beta).log_evidence(Phi, y) == pytest.approx(expected, rel=1e-7)


def test_the_predictive_of_an_ill_conditioned_polynomial_is_the_one_of_a_well_conditioned_basis():
    """On [-1, 1] powers and Legendre polynomials span the same space; with a vague prior on either the
    predictions agree."""
    draw, new = rng(18), np.linspace(-0.9, 0.9, 7)
    x = draw.uniform(-1, 1, size=60)
    y, model = np.sin(3 * x) + 0.1 * draw.normal(size=60), LinearRegression(1e-9, 100.0)
    powers = model.predictive(np.vander(x, 9), y, np.vander(new, 9))
    legendre = np.polynomial.legendre.legvander
    basis = model.predictive(legendre(x, 8), y, legendre(new, 8))
    assert powers.mean == pytest.approx(basis.mean, abs=1e-6)
    assert powers.scale == pytest.approx(basis.scale, abs=1e-6)


def test_a_repeated_column_counts_as_one_column_with_twice_the_prior_variance():
    draw = rng(19)
    column, y = draw.normal(size=(10, 1)), draw.normal(size=10)
    twice = LinearRegression(1.0, 5.0).log_evidence(np.hstack([column, column]), y)
    assert twice == pytest.approx(LinearRegression(0.5, 5.0).log_evidence(column, y), abs=1e-10)


def test_precisions_may_come_as_numpy_numbers_of_less_precision():
    Phi, y = np.ones((3, 1)), np.arange(3.0)
    assert LinearRegression(np.float32(0.1), 2).log_evidence(Phi, y) == pytest.approx(
        LinearRegression(float(np.float32(0.1)), 2.0).log_evidence(Phi, y), rel=1e-12
    )


def test_a_covariance_too_ill_conditioned_to_store_is_refused_and_the_rest_still_works():
    x = np.linspace(0, 1, 40)
    Phi, model = x[:, None] ** np.arange(13), LinearRegression(1e-12, 1e12)
    with pytest.raises(ValueError, match="^covariance must be positive definite"):
        model.posterior(Phi, x)
    assert model.predictive(Phi, x, Phi).mean == pytest.approx(x, abs=1e-6)
    assert np.isfinite(model.log_evidence(Phi, x))


CALLS = {
    "posterior": lambda model, Phi, y: model.posterior(Phi, y),
    "predictive": lambda model, Phi, y: model.predictive(Phi, y, np.ones((1, 2))),
    "log_evidence": lambda model, Phi, y: model.log_evidence(Phi, y),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_regression_rejects(call):
    Phi, y = np.ones((3, 2)), np.ones(3)
    for bad in ([], [1.0, 2.0], np.ones((3, 2, 1)), Phi * NAN, Phi * INF, "x", None, [[1.0], [1.0, 2.0]]):
        with pytest.raises(ValueError, match="^Phi must be"):
            call(LinearRegression(), bad, y)
    for bad in ([], np.ones(4), np.ones((3, 1)), y * NAN, y * INF, 1.0, "y", None):
        with pytest.raises(ValueError, match="^y must be"):
            call(LinearRegression(), Phi, bad)
    for name in ("alpha", "beta"):
        for bad in (0.0, -1.0, NAN, INF, "1", None, [1.0, 2.0]):
            with pytest.raises(ValueError, match=f"^{name} must be"):
                call(LinearRegression(**{name: bad}), Phi, y)


@pytest.mark.parametrize("bad", [[], [1.0, 2.0], np.ones((1, 3)), np.full((1, 2), NAN), "x", None])
def test_regression_rejects_new_features_that_do_not_fit(bad):
    with pytest.raises(ValueError, match="^Phi_new must be"):
        LinearRegression().predictive(np.ones((3, 2)), np.ones(3), bad)


def test_models_take_keywords_and_show_what_they_store():
    assert repr(BetaBernoulli(b=2)) == "BetaBernoulli(a=1.0, b=2)"
    assert repr(NormalNormal(noise_scale=3)) == "NormalNormal(prior_mean=0.0, prior_scale=1.0, noise_scale=3)"
    assert repr(LinearRegression(beta=4)) == "LinearRegression(alpha=1.0, beta=4)"
