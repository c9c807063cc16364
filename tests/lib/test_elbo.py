"""The bound, its gap and its estimates, against models whose evidence is known and against sums over
every possible draw.

Statistical checks use fixed seeds, so they pass or fail for good. A single check allows four standard
errors: for a correct estimator and a fresh seed it would be a false alarm with probability 6e-5, and a
bias of eight standard errors would be missed as rarely. Over the 400 random models the standardised
errors are also pooled: their mean must be within 4 / sqrt(400) = 0.2 of zero and their mean square
within 4 * sqrt(2 / 400) = 0.28 of one, each again a false alarm of 6e-5. So a bias of 0.4 standard
errors that is common to all models, or standard errors that are wrong by a third, would be found.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logsumexp

from varinf.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    Dirichlet,
    Gamma,
    MultivariateNormal,
    Normal,
    Wishart,
    kl,
)
from varinf.elbo import Bound, elbo, elbo_table, gap, importance_weighted
from varinf.evidence import BetaBernoulli, LinearRegression, NormalNormal

pytestmark = pytest.mark.filterwarnings("error")
hundred = settings(derandomize=True, deadline=None, max_examples=100)
forty = settings(hundred, max_examples=40)

THRESHOLD = 4
NAN, INF = float("nan"), float("inf")


def rng(seed=0):
    return np.random.default_rng(seed)


@st.composite
def tables(draw, zeros=True):
    """A random model of 1 to 8 states at any level, and a random q, both possibly with zeros."""
    K = draw(st.integers(1, 8))
    finite = st.floats(-50, 50)
    level = draw(st.sampled_from([0.0, -10_000.0, 700.0]))
    log_joint = np.array(draw(st.lists(finite, min_size=K, max_size=K))) + level
    weights = np.array(draw(st.lists(st.floats(1e-6, 1.0), min_size=K, max_size=K)))
    if zeros:
        off = np.array(draw(st.lists(st.booleans(), min_size=K, max_size=K)))
        off[draw(st.integers(0, K - 1))] = False
        weights = np.where(off, 0.0, weights)
        if draw(st.booleans()):
            log_joint = np.where(off, -INF, log_joint)
    return log_joint, weights / weights.sum()


# --- Tables: the bound and its gap, exactly -----------------------------------------------------------


@hundred
@given(tables())
def test_the_elbo_of_a_table_never_exceeds_the_log_evidence(model):
    log_joint, q = model
    log_evidence = logsumexp(log_joint)
    assert elbo_table(log_joint, q) <= log_evidence + 1e-12 * (1 + abs(log_evidence))


@hundred
@given(tables())
def test_elbo_plus_gap_is_the_log_evidence(model):
    log_joint, q = model
    total = elbo_table(log_joint, q) + gap(log_joint, q)
    assert total == pytest.approx(logsumexp(log_joint), rel=1e-12, abs=1e-12)


@hundred
@given(tables(zeros=False))
def test_the_gap_is_the_divergence_of_q_from_the_posterior(model):
    log_joint, q = model
    posterior = np.exp(log_joint - logsumexp(log_joint))
    assert gap(log_joint, q) == pytest.approx(kl(Categorical(q), Categorical(posterior)), rel=1e-9, abs=1e-13)


@hundred
@given(tables())
def test_the_gap_is_never_negative(model):
    assert gap(*model) >= 0


@hundred
@given(tables())
def test_the_gap_of_the_posterior_is_zero_and_its_elbo_is_the_log_evidence(model):
    log_joint, _ = model
    posterior = np.exp(log_joint - logsumexp(log_joint))
    assert gap(log_joint, posterior) == pytest.approx(0, abs=1e-15)
    assert elbo_table(log_joint, posterior) == pytest.approx(logsumexp(log_joint), rel=1e-12, abs=1e-12)


@hundred
@given(tables(), st.floats(-100, 100))
def test_a_constant_factor_in_the_joint_moves_the_bound_and_leaves_the_gap(model, log_c):
    log_joint, q = model
    assert elbo_table(log_joint + log_c, q) == pytest.approx(elbo_table(log_joint, q) + log_c, abs=1e-8)
    assert gap(log_joint + log_c, q) == pytest.approx(gap(log_joint, q), rel=1e-8, abs=1e-12)


@hundred
@given(tables(zeros=False))
def test_the_two_forms_of_a_table_agree(model):
    """Reconstruction minus complexity, with a uniform prior, and energy plus entropy."""
    log_joint, q = model
    prior = np.full(len(q), 1 / len(q))
    reconstruction = np.sum(q * (log_joint - np.log(prior))) - kl(Categorical(q), Categorical(prior))
    energy = np.sum(q * log_joint) + Categorical(q).entropy()
    assert elbo_table(log_joint, q) == pytest.approx(reconstruction, rel=1e-12, abs=1e-9)
    assert elbo_table(log_joint, q) == pytest.approx(energy, rel=1e-12, abs=1e-9)


def test_a_table_worked_by_hand():
    """p(x, z) = 0.3, 0.1 and q = 1/2, 1/2: ELBO = log sqrt(0.03) + log 2, evidence 0.4."""
    log_joint, q = np.log([0.3, 0.1]), [0.5, 0.5]
    assert elbo_table(log_joint, q) == pytest.approx(0.5 * np.log(0.03) + np.log(2), abs=1e-15)
    assert gap(log_joint, q) == pytest.approx(0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(0.5 / 0.25), abs=1e-15)
    assert type(elbo_table(log_joint, q)) is type(gap(log_joint, q)) is float


def test_a_state_without_mass_in_q_costs_nothing():
    assert elbo_table([np.log(0.4), -INF], [1.0, 0.0]) == pytest.approx(np.log(0.4))
    assert gap([np.log(0.4), -INF], [1.0, 0.0]) == 0.0


def test_a_state_that_the_posterior_excludes_costs_everything():
    """Support: q must have no mass where the posterior has none."""
    assert elbo_table([0.0, -INF], [0.9, 0.1]) == -INF
    assert gap([0.0, -INF], [0.9, 0.1]) == INF
    assert elbo_table([-INF, -INF], [0.5, 0.5]) == -INF


def test_a_posterior_probability_that_underflows_still_counts():
    """e^-2000 is 0 in floating point, and the gap is 999.3 nats, not infinite."""
    assert gap([0.0, -2000.0], [0.5, 0.5]) == pytest.approx(1000 - np.log(2))
    assert elbo_table([0.0, -2000.0], [0.5, 0.5]) == pytest.approx(-1000 + np.log(2))


@pytest.mark.parametrize("change, level", [(1e-4, -10_000.0), (1e-6, -10_000.0), (1e-6, 2.0), (1e-9, 2.0)])
def test_a_gap_smaller_than_rounding_of_the_log_evidence_is_still_accurate(change, level):
    """Subtracting the ELBO from the log evidence, or adding up q log(q/p), would leave nothing of it."""
    p = np.array([0.3, 0.7])
    expected = 0.5 * change**2 * (1 / p).sum()
    assert gap(np.log(p) + level, p + [change, -change]) == pytest.approx(expected, rel=1e-3, abs=0)


def test_rounding_in_the_sum_of_q_is_divided_out():
    """float32 probabilities may sum to 1 + 1e-5; the identity holds all the same."""
    log_joint = np.log([0.3, 0.1, 0.2]) - 10_000
    q = np.array([0.2, 0.3, 0.5], np.float32) * np.float32(1 + 1e-5)
    assert abs(float(q.sum()) - 1) > 5e-6
    assert elbo_table(log_joint, q) + gap(log_joint, q) == pytest.approx(logsumexp(log_joint), abs=1e-10)


@pytest.mark.parametrize("function", [elbo_table, gap])
def test_tables_are_left_alone(function):
    log_joint, q = np.array([0.0, -1.0]), np.array([0.25, 0.75])
    function(log_joint, q)
    assert log_joint.tolist() == [0.0, -1.0] and q.tolist() == [0.25, 0.75]


@pytest.mark.parametrize("function", [elbo_table, gap])
@pytest.mark.parametrize(
    "log_joint, q, name",
    [
        ([], [0.5, 0.5], "log_joint"),
        ([], [], "log_joint"),
        (0.0, [1.0], "log_joint"),
        ([[0.0, 0.0]], [0.5, 0.5], "log_joint"),
        ([0.0, NAN], [0.5, 0.5], "log_joint"),
        ([0.0, INF], [0.5, 0.5], "log_joint"),
        ([0.0, 1j], [0.5, 0.5], "log_joint"),
        ("ab", [0.5, 0.5], "log_joint"),
        (None, [0.5, 0.5], "log_joint"),
        ([[0.0], [0.0, 0.0]], [0.5, 0.5], "log_joint"),
        ([0.0, 0.0], [], "q"),
        ([0.0], 1.0, "q"),
        ([0.0, 0.0], [[0.5, 0.5]], "q"),
        ([0.0, 0.0], [0.5, 0.6], "q"),
        ([0.0, 0.0], [1.5, -0.5], "q"),
        ([0.0, 0.0], [NAN, 1.0], "q"),
        ([0.0, 0.0], [INF, 0.0], "q"),
        ([0.0, 0.0], [1.0], "q"),
        ([0.0, 0.0], [0.2, 0.3, 0.5], "q"),
        ([0.0, 0.0], np.log([0.5, 0.5]), "q"),
        ([0.0, 0.0], Categorical([0.5, 0.5]), "q"),
        ([0.0, 0.0], None, "q"),
    ],
)
def test_tables_reject(function, log_joint, q, name):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        function(log_joint, q)


def test_there_is_no_gap_without_a_posterior():
    with pytest.raises(ValueError, match="^log_joint must be above -inf somewhere"):
        gap([-INF, -INF], [0.5, 0.5])


# --- Models with a known evidence, for the estimates --------------------------------------------------


class Mean:
    """Three numbers around a mean with a N(0, 1) prior; q has another mean and spread."""

    x, model = np.array([0.9, 1.4, 0.2]), NormalNormal(0.0, 1.0, 0.7)
    truth, posterior, q = model.log_evidence(x), model.posterior(x), Normal(0.4, 0.6)

    def log_joint(self, z):
        return Normal(0.0, 1.0).log_prob(z) + stats.norm.logpdf(self.x[:, None], z, 0.7).sum(axis=0)


class Coin:
    """Seven heads and three tails under a Beta(2, 3) prior."""

    model = BetaBernoulli(2.0, 3.0)
    truth, posterior, q = model.log_evidence(7, 3), model.posterior(7, 3), Beta(4.0, 4.0)

    def log_joint(self, z):
        return Beta(2.0, 3.0).log_prob(z) + 7 * np.log(z) + 3 * np.log1p(-z)


class Line:
    """A regression with two weights; q is a mean-field Gaussian."""

    Phi = rng(11).normal(size=(20, 2))
    y = Phi @ [1.0, -0.5] + rng(12).normal(size=20) / 2
    model = LinearRegression(1.0, 4.0)
    truth, posterior = model.log_evidence(Phi, y), model.posterior(Phi, y)
    q = MultivariateNormal(posterior.mean + 0.05, np.diag(1.5 * posterior.variance))

    def log_joint(self, z):
        log_noise = 10 * np.log(4 / (2 * np.pi))
        prior = MultivariateNormal(np.zeros(2), np.eye(2))
        return log_noise - 2 * ((self.y - z @ self.Phi.T) ** 2).sum(axis=1) + prior.log_prob(z)


class Table:
    """Three states."""

    table = np.log([0.1, 0.25, 0.02])
    truth, posterior = np.log(0.37), Categorical(np.array([10, 25, 2]) / 37)
    q = Categorical([0.5, 0.25, 0.25])

    def log_joint(self, z):
        return self.table[z.astype(int)]


MODELS = {"mean": Mean(), "coin": Coin(), "line": Line(), "table": Table()}
MEAN = MODELS["mean"]
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def standard_errors_off(estimate, truth):
    return (estimate.value - truth) / estimate.std_error


# --- The sampled ELBO ---------------------------------------------------------------------------------


@each_model
def test_the_sampled_elbo_is_the_log_evidence_minus_the_divergence(model):
    """The right-hand side is in closed form, so this tests unbiasedness and the identity at once."""
    estimate = elbo(model.log_joint, model.q, rng(1), 20_000)
    assert abs(standard_errors_off(estimate, model.truth - kl(model.q, model.posterior))) < THRESHOLD


@each_model
def test_that_check_would_notice_a_constant_that_was_left_out(model):
    """The same draws, with a joint that is too large by eight standard errors."""
    exact = model.truth - kl(model.q, model.posterior)
    excess = 8 * elbo(model.log_joint, model.q, rng(1), 20_000).std_error
    wrong = elbo(lambda z: model.log_joint(z) + excess, model.q, rng(1), 20_000)
    assert abs(standard_errors_off(wrong, exact)) > THRESHOLD


@each_model
def test_that_check_would_notice_draws_from_another_distribution(model):
    """The mistake of the chapter's broken script: z does not come from q."""
    exact = model.truth - kl(model.q, model.posterior)

    class Elsewhere:
        sample, log_prob = staticmethod(model.posterior.sample), staticmethod(model.q.log_prob)

    wrong = elbo(model.log_joint, Elsewhere(), rng(1), 20_000)
    assert abs(standard_errors_off(wrong, exact)) > THRESHOLD


@each_model
def test_at_the_posterior_the_sampled_elbo_has_no_noise(model):
    estimate = elbo(model.log_joint, model.posterior, rng(2), 50)
    assert estimate.value == pytest.approx(model.truth, abs=1e-9)
    assert estimate.std_error == pytest.approx(0, abs=1e-9)


def random_model(seed, smallest=0.05):
    """log joint and q of three states, no probability of q below `smallest`."""
    draw = rng([3, seed])
    q = smallest + (1 - 3 * smallest) * draw.dirichlet(np.ones(3))
    return draw.normal(scale=2, size=3), q / q.sum(), draw


def pooled(errors):
    """Mean and mean square of standardised errors, in units of their own standard deviations."""
    errors, n = np.array(errors), len(errors)
    return errors.mean() * np.sqrt(n), (np.mean(errors**2) - 1) / np.sqrt(2 / n)


def standardised_errors(estimate, exact, models=400):
    """(estimate - exact value) / stated standard error, over random models."""
    errors = []
    for seed in range(models):
        table, q, draw = random_model(seed)
        errors.append(standard_errors_off(
            estimate(lambda z: table[z.astype(int)], Categorical(q), draw), exact(table, q)))
    return errors


def test_over_random_models_the_sampled_elbo_is_unbiased_within_its_standard_error():
    errors = standardised_errors(lambda f, q, r: elbo(f, q, r, 500), elbo_table)
    assert np.abs(pooled(errors)).max() < THRESHOLD and np.abs(errors).max() < 5


def test_the_pooled_check_would_notice_half_a_standard_error_and_an_sd_wrong_by_a_third():
    def shifted(f, q, r):
        value, std_error = elbo(f, q, r, 500)
        return Bound(value + 0.5 * std_error, std_error)

    def too_sure(f, q, r):
        value, std_error = elbo(f, q, r, 500)
        return Bound(value, std_error / 1.33)

    assert pooled(standardised_errors(shifted, elbo_table))[0] > THRESHOLD
    assert pooled(standardised_errors(too_sure, elbo_table))[1] > THRESHOLD


@forty
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=20))
def test_an_estimate_follows_from_its_weights(log_weights):
    """q's density is cancelled, so the terms that are averaged are the ones given."""
    q, terms = Normal(0.0, 1.0), np.array(log_weights)
    got = elbo(lambda z: q.log_prob(z) + terms, q, rng(), len(terms))
    assert got.value == pytest.approx(terms.mean(), rel=1e-9, abs=1e-9)
    assert got.std_error == pytest.approx(terms.std(ddof=1) / np.sqrt(len(terms)), rel=1e-9, abs=1e-9)


# --- The importance-weighted bound --------------------------------------------------------------------


def exact_importance_weighted(table, q, K):
    """L_K of a table, as the sum over all K-tuples of states."""
    q, log_w = np.asarray(q), np.asarray(table) - np.log(q)
    states = np.array(list(itertools.product(range(len(q)), repeat=K)))
    return float(np.sum(q[states].prod(axis=1) * (logsumexp(log_w[states], axis=1) - np.log(K))))


@hundred
@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_the_bounds_are_ordered_for_every_model_and_every_q(seed, states):
    """L_1 <= L_2 <= ... <= log p(x), with L_K summed over every possible draw: no sampling here."""
    draw = rng(seed)
    table, q = draw.normal(scale=4, size=states), draw.dirichlet(np.ones(states))
    bounds = [exact_importance_weighted(table, q, K) for K in range(1, 6)]
    assert bounds[0] == pytest.approx(elbo_table(table, q), rel=1e-9, abs=1e-9)
    assert (np.diff([*bounds, logsumexp(table)]) > -1e-12).all()


@pytest.mark.parametrize("K", [1, 2, 4])
def test_over_random_models_the_importance_weighted_bound_is_unbiased_within_its_standard_error(K):
    errors = standardised_errors(
        lambda f, q, r: importance_weighted(f, q, r, 300, K),
        lambda table, q: exact_importance_weighted(table, q, K))
    assert np.abs(pooled(errors)).max() < THRESHOLD and np.abs(errors).max() < 5


def test_the_pooled_check_would_notice_an_average_of_logs_where_the_log_of_the_average_belongs():
    """The ELBO in place of L_2."""
    errors = standardised_errors(
        lambda f, q, r: elbo(f, q, r, 300), lambda table, q: exact_importance_weighted(table, q, 2))
    assert pooled(errors)[0] < -THRESHOLD


@each_model
def test_the_estimated_bounds_tighten_and_stay_below_the_log_evidence(model):
    """Each step and the last distance are larger than four standard errors of the difference."""
    bounds = [importance_weighted(model.log_joint, model.q, rng(5), 4000, K) for K in (1, 4, 16)]
    for low, high in itertools.pairwise([*bounds, Bound(model.truth, 0.0)]):
        assert high.value - low.value > THRESHOLD * np.hypot(low.std_error, high.std_error)


@each_model
def test_one_importance_sample_gives_the_elbo(model):
    one = importance_weighted(model.log_joint, model.q, rng(6), 50, 1)
    assert one == pytest.approx(elbo(model.log_joint, model.q, rng(6), 50), rel=1e-12)


@each_model
def test_at_the_posterior_every_bound_is_the_log_evidence(model):
    estimate = importance_weighted(model.log_joint, model.posterior, rng(7), 5, 3)
    assert estimate == pytest.approx(Bound(model.truth, 0.0), abs=1e-9)


def test_the_importance_weighted_bound_is_the_mean_of_logs_of_means():
    q, log_w = Normal(0.0, 1.0), rng(8).normal(scale=3, size=(6, 4))
    got = importance_weighted(lambda z: q.log_prob(z) + log_w.ravel(), q, rng(), 6, 4)
    terms = np.log(np.exp(log_w).mean(axis=1))
    assert got == pytest.approx(Bound(terms.mean(), terms.std(ddof=1) / np.sqrt(6)))


def test_a_group_needs_only_one_draw_where_the_joint_has_mass():
    """With q = N(0, 1) and a joint that lives on z > 0, L_1 is -inf and L_20 is finite here."""
    def log_joint(z):
        return np.where(z > 0, Normal(0.0, 1.0).log_prob(z), -INF)

    assert elbo(log_joint, Normal(0.0, 1.0), rng(), 100) == Bound(-INF, INF)
    tight = importance_weighted(log_joint, Normal(0.0, 1.0), rng(), 100, 20)
    assert np.log(0.5) - 0.2 < tight.value < np.log(0.5) + 0.1


# --- Both estimates -----------------------------------------------------------------------------------

ESTIMATES = {
    "elbo": lambda f, q, r: elbo(f, q, r, 12),
    "importance_weighted": lambda f, q, r: importance_weighted(f, q, r, 4, 3),
}
each_estimate = pytest.mark.parametrize("estimate", ESTIMATES.values(), ids=ESTIMATES)


@each_estimate
def test_an_estimate_unpacks_into_two_floats(estimate):
    value, std_error = estimate(MEAN.log_joint, MEAN.q, rng())
    assert type(value) is type(std_error) is float


@each_estimate
def test_a_log_joint_near_minus_ten_thousand_only_moves_the_estimate(estimate):
    level, low = (estimate(lambda z: MEAN.log_joint(z) - shift, MEAN.q, rng(1)) for shift in (0, 10_000))
    assert low.value == pytest.approx(level.value - 10_000, abs=1e-8)
    assert low.std_error == pytest.approx(level.std_error, rel=1e-8)


@each_estimate
def test_randomness_comes_from_rng_alone(estimate):
    before, draw = np.random.get_state()[1].copy(), rng(1)
    first, second = (estimate(MEAN.log_joint, MEAN.q, draw) for _ in range(2))
    assert first == estimate(MEAN.log_joint, MEAN.q, rng(1)) and first != second
    assert (np.random.get_state()[1] == before).all()


@each_estimate
def test_the_joint_is_asked_once_for_all_points(estimate):
    shapes = []

    def log_joint(z):
        shapes.append(z.shape)
        return np.zeros(len(z))

    estimate(log_joint, MultivariateNormal(np.zeros(2), np.eye(2)), rng())
    estimate(log_joint, Gamma(2.0, 1.0), rng())
    estimate(log_joint, Bernoulli(0.3), rng())
    assert shapes == [(12, 2), (12,), (12,)]


@each_estimate
def test_an_impossible_model_has_a_bound_of_minus_infinity(estimate):
    assert estimate(lambda z: np.full(len(z), -INF), Normal(0.0, 1.0), rng()) == Bound(-INF, INF)


@each_estimate
@pytest.mark.parametrize(
    "log_joint",
    [3, None, lambda z: z * NAN, lambda z: z * 0 + INF, lambda z: 0.0, lambda z: z[:, None], lambda z: z[1:],
     lambda z: "text"],
)
def test_estimates_reject_a_log_joint_that_is_not_one(estimate, log_joint):
    with pytest.raises(ValueError, match=r"^log_joint(\(z\))? must be"):
        estimate(log_joint, Normal(0.0, 1.0), rng())


@each_estimate
@pytest.mark.parametrize(
    "q",
    [None, [0.5, 0.5], stats.norm(), Normal(np.zeros(3), 1.0), Normal(np.zeros((2, 2)), 1.0),
     Wishart(3.0, np.eye(2))],
)
def test_estimates_reject_what_is_not_the_distribution_of_one_variable(estimate, q):
    with pytest.raises(ValueError, match=r"^q(\.log_prob\(z\))? must be"):
        estimate(lambda z: np.zeros(len(z)), q, rng())


class Odd:
    """A q whose density at its own draws is a given number."""

    def __init__(self, log_density):
        self.log_density = log_density

    def sample(self, rng, size):
        return rng.random(size)

    def log_prob(self, z):
        return np.full(len(z), self.log_density)


@each_estimate
@pytest.mark.parametrize("log_density", [NAN, INF, -INF])
def test_estimates_reject_a_q_without_a_density_at_its_own_draws(estimate, log_density):
    with pytest.raises(ValueError, match=r"^q\.log_prob\(z\) must be"):
        estimate(lambda z: np.zeros(len(z)), Odd(log_density), rng())


@each_estimate
def test_estimates_take_any_q_with_sample_and_log_prob(estimate):
    assert estimate(lambda z: np.zeros(len(z)), Odd(0.0), rng()) == Bound(0.0, 0.0)
    simplex = Dirichlet([2.0, 2.0, 2.0])
    assert estimate(simplex.log_prob, simplex, rng()) == pytest.approx(Bound(0.0, 0.0), abs=1e-12)


@each_estimate
@pytest.mark.parametrize("seed", [None, 0, np.random, np.random.RandomState(0)])
def test_estimates_reject_anything_but_a_generator(estimate, seed):
    with pytest.raises(ValueError, match="^rng must be a numpy.random.Generator"):
        estimate(MEAN.log_joint, MEAN.q, seed)


@pytest.mark.parametrize("count", [1, 0, -3, 2.5, None, True, "10", NAN])
def test_estimates_reject_a_count_that_is_too_small_or_no_integer(count):
    with pytest.raises(ValueError, match="^num_samples must be an integer of at least 2"):
        elbo(MEAN.log_joint, MEAN.q, rng(), count)
    with pytest.raises(ValueError, match="^num_samples must be an integer of at least 2"):
        importance_weighted(MEAN.log_joint, MEAN.q, rng(), count, 3)
    if count is not True and count != 1:
        with pytest.raises(ValueError, match="^num_importance must be an integer of at least 1"):
            importance_weighted(MEAN.log_joint, MEAN.q, rng(), 3, count)
