"""varinf.distributions: properties, then known answers, then extreme parameters, then hostile input.

Monte Carlo checks use fixed seeds and ask for |z| < 5, which a right answer misses with probability
6e-7; there are about 400 such comparisons here, so a false alarm after a change of seed or of NumPy's
streams has probability below 1e-3.
"""

import copy
import pickle

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

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

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(derandomize=True, deadline=None, max_examples=20)
seeds = st.integers(0, 2**32 - 1)


def positive(rng, size=None, low=0.1, high=50.0):
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def covariance(rng, d, size=()):
    root = rng.normal(size=(*size, d, d))
    return root @ np.swapaxes(root, -1, -2) + 0.1 * np.eye(d)


RANDOM = {  # a random member of each family, or a batch of them
    "Normal": lambda rng, n=(): Normal(rng.normal(size=n), positive(rng, n)),
    "MultivariateNormal": lambda rng, n=(): MultivariateNormal(
        rng.normal(size=(*n, 3)), covariance(rng, 3, n)
    ),
    "Gamma": lambda rng, n=(): Gamma(positive(rng, n), positive(rng, n)),
    # with b below 0.5 some draws would round to 1, where the density is infinite
    "Beta": lambda rng, n=(): Beta(positive(rng, n), positive(rng, n, low=0.5)),
    "Dirichlet": lambda rng, n=(): Dirichlet(positive(rng, (*n, 4))),
    "Wishart": lambda rng, n=(): Wishart(2 + positive(rng, n, low=1), covariance(rng, 3, n)),
    "Categorical": lambda rng, n=(): Categorical(rng.dirichlet(np.ones(5), size=n)),
    "Bernoulli": lambda rng, n=(): Bernoulli(rng.uniform(size=n)),
}
SCIPY = {
    "Normal": lambda q: stats.norm(q.loc, q.scale).logpdf,
    "MultivariateNormal": lambda q: stats.multivariate_normal(q.loc, q.covariance).logpdf,
    "Gamma": lambda q: stats.gamma(q.concentration, scale=1 / q.rate).logpdf,
    "Beta": lambda q: stats.beta(q.a, q.b).logpdf,
    "Dirichlet": lambda q: lambda x: stats.dirichlet(q.concentration).logpdf(x.T),
    "Wishart": lambda q: lambda x: stats.wishart(q.df, q.scale_matrix).logpdf(np.moveaxis(x, 0, -1)),
    "Categorical": lambda q: stats.rv_discrete(values=(np.arange(5), q.probs)).logpmf,
    "Bernoulli": lambda q: stats.bernoulli(q.probs).logpmf,
}
PARAMETERS = {
    "Normal": ("loc", "scale"),
    "MultivariateNormal": ("loc", "covariance"),
    "Gamma": ("concentration", "rate"),
    "Beta": ("a", "b"),
    "Dirichlet": ("concentration",),
    "Wishart": ("df", "scale_matrix"),
    "Categorical": ("probs",),
    "Bernoulli": ("probs",),
}
MOMENTS = ("mean", "variance", "covariance", "precision", "mean_log", "mean_logdet")
CONTINUOUS_1D = ("Normal", "Gamma", "Beta")
every_family = pytest.mark.parametrize("family", RANDOM)


def each(q):
    """The members of a batch with one axis, rebuilt one at a time."""
    arguments = [getattr(q, name) for name in PARAMETERS[type(q).__name__]]
    return [type(q)(*(argument[i] for argument in arguments)) for i in range(len(arguments[0]))]


def assert_z(draws, expected):
    """The mean of independent draws (axis 0) is within five standard errors of what is expected."""
    z = (draws.mean(0) - expected) / (draws.std(0, ddof=1) / np.sqrt(len(draws)))
    assert np.all(np.abs(z) < 5), z


# --- Densities and masses -----------------------------------------------------------------------------


@every_family
@quick
@given(seed=seeds)
def test_log_prob_is_scipys(family, seed):
    rng = np.random.default_rng(seed)
    q = RANDOM[family](rng)
    x = q.sample(rng, 7)
    if family == "Dirichlet" or family == "Beta":  # scipy refuses the edge, where samples may round to
        x = 0.999 * x + 0.001 / (4 if family == "Dirichlet" else 2)
    np.testing.assert_allclose(q.log_prob(x), SCIPY[family](q)(x), rtol=1e-9, atol=1e-9)


def nodes_1d(q):
    """Points and weights of a trapezoid rule for the support. After x = e^t or x = 1/(1 + e^-t) the
    integrand dies out at both ends, where the rule converges geometrically."""
    if isinstance(q, Normal):
        t = np.linspace(-12, 12, 2001)
        return q.loc + q.scale * t, np.full(t.shape, q.scale * (t[1] - t[0]))
    t = np.linspace(-250, 30, 5601)
    x = np.exp(t) if isinstance(q, Gamma) else 1 / (1 + np.exp(-t))
    return x, (x if isinstance(q, Gamma) else x * (1 - x)) * (t[1] - t[0])


def random_1d(family, rng):
    if family == "Beta":  # the last factor in the rule above needs 1 - x to be resolved
        return Beta(positive(rng), 1 + positive(rng))
    return RANDOM[family](rng)


@pytest.mark.parametrize("family", CONTINUOUS_1D)
@quick
@given(seed=seeds)
def test_the_density_integrates_to_one_and_its_integrals_are_entropy_kl_and_moments(family, seed):
    rng = np.random.default_rng(seed)
    q, p = random_1d(family, rng), random_1d(family, rng)
    x, w = nodes_1d(q)
    w = w * np.exp(q.log_prob(x))
    assert w.sum() == pytest.approx(1, abs=1e-8)
    assert q.entropy() == pytest.approx(-w @ q.log_prob(x), rel=1e-7, abs=1e-7)
    assert kl(q, p) == pytest.approx(w @ (q.log_prob(x) - p.log_prob(x)), rel=1e-7, abs=1e-7)
    assert q.mean == pytest.approx(w @ x, rel=1e-7, abs=1e-7)
    assert q.variance == pytest.approx(w @ (x - q.mean) ** 2, rel=1e-6)
    if family != "Normal":
        assert q.mean_log == pytest.approx(w @ np.log(x), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("family", ["Categorical", "Bernoulli"])
@quick
@given(seed=seeds)
def test_sums_over_the_states_are_one_the_entropy_the_kl_and_the_moments(family, seed):
    rng = np.random.default_rng(seed)
    q, p = RANDOM[family](rng), RANDOM[family](rng)
    states = np.arange(5 if family == "Categorical" else 2)
    w = np.exp(q.log_prob(states))
    assert w.sum() == pytest.approx(1)
    assert q.entropy() == pytest.approx(-w @ q.log_prob(states))
    assert kl(q, p) == pytest.approx(w @ (q.log_prob(states) - p.log_prob(states)), rel=1e-9)
    value = np.eye(5) if family == "Categorical" else states
    np.testing.assert_allclose(q.mean, w @ value)
    np.testing.assert_allclose(q.variance, w @ (value - q.mean) ** 2)
    if family == "Categorical":
        centred = value - q.mean
        np.testing.assert_allclose(q.covariance, centred.T @ (w[:, None] * centred), atol=1e-15)


def test_the_density_of_a_bivariate_normal_integrates_to_one():
    q = MultivariateNormal([1.0, -2.0], [[2.0, 0.8], [0.8, 1.0]])
    t = np.linspace(-14, 14, 301)
    x = np.stack(np.meshgrid(t + 1, t - 2, indexing="ij"), axis=-1)
    assert np.exp(q.log_prob(x)).sum() * (t[1] - t[0]) ** 2 == pytest.approx(1, abs=1e-9)


def test_the_density_of_a_three_way_dirichlet_integrates_to_one():
    q = Dirichlet([1.0, 2.5, 4.0])
    u, w = np.polynomial.legendre.leggauss(80)
    u, w = (u + 1) / 2, w / 2
    first, rest = np.meshgrid(u, u, indexing="ij")
    second = (1 - first) * rest  # the triangle, with Jacobian 1 - first
    x = np.stack([first, second, 1 - first - second], axis=-1)
    assert np.sum(np.outer(w, w) * (1 - first) * np.exp(q.log_prob(x))) == pytest.approx(1, abs=1e-7)


def test_the_density_of_a_two_by_two_wishart_integrates_to_one():
    q = Wishart(4.5, [[0.5, 0.1], [0.1, 0.3]])
    diagonal, below = (np.arange(50) + 0.5) * 0.13, (np.arange(50) - 24.5) * 0.2
    a, c, b = np.meshgrid(diagonal, diagonal, below, indexing="ij")
    x = np.stack([np.stack([a * a, a * b], -1), np.stack([a * b, b * b + c * c], -1)], -1)  # L L^T
    total = np.sum(4 * a**2 * c * np.exp(q.log_prob(x))) * 0.13 * 0.13 * 0.2
    assert total == pytest.approx(1, abs=1e-4)


def test_the_edge_of_the_support_follows_the_density():
    np.testing.assert_allclose(Gamma([0.5, 1.0, 2.0], 3.0).log_prob(0.0), [np.inf, np.log(3.0), -np.inf])
    np.testing.assert_allclose(Beta(1, 1).log_prob([0, 1e-300, 0.3, 1]), 0, atol=1e-15)
    np.testing.assert_allclose(Beta([0.5, 1, 2], 3).log_prob(0), [np.inf, np.log(3), -np.inf])
    np.testing.assert_allclose(Beta(3, [0.5, 1, 2]).log_prob(1), [np.inf, np.log(3), -np.inf])
    assert Dirichlet([1, 1, 1]).log_prob([0, 0, 1]) == pytest.approx(np.log(2))
    assert Dirichlet([0.5, 1, 1]).log_prob([0, 0.5, 0.5]) == np.inf
    assert Dirichlet([0.5, 2, 1]).log_prob([0, 0, 1]) == -np.inf


@pytest.mark.parametrize(
    "q, outside",
    [
        (Gamma(2, 3), [-1.0, -1e-300, -1e300]),
        (Gamma(0.5, 3), [-1.0]),
        (Beta(2, 3), [-0.1, 1.1, 1e300]),
        (Beta(0.5, 0.5), [-0.1, 1.1]),
        (Dirichlet([2, 3]), [[-0.1, 1.1], [0.5, 0.4], [1, 1]]),
        (Dirichlet([0.5, 0.5]), [[-0.1, 1.1], [0, 0.9]]),
        (Wishart(4, np.eye(2)), [[[1, 2], [2, 1]], [[1, 0.5], [0, 1]]]),
        (Wishart(4, np.eye(2)), [[[0, 0], [0, 0]], [[-1, 0], [0, -1]]]),
        (Categorical([0.2, 0.3, 0.5]), [-1, 3, 0.5, 1e300]),
        (Categorical([0.0, 1.0]), [0]),
        (Bernoulli(0.3), [-1, 2, 0.5]),
        (Bernoulli(0.0), [1]),
        (Bernoulli(1.0), [0]),
    ],
)
def test_log_prob_is_minus_infinity_outside_the_support(q, outside):
    assert np.all(q.log_prob(np.array(outside, float)) == -np.inf)


# --- Entropy, divergence and samples ------------------------------------------------------------------


@every_family
def test_samples_have_the_entropy_kl_and_moments_of_their_distribution(family):
    rng = np.random.default_rng(1)
    for _ in range(3):
        q, p = RANDOM[family](rng), RANDOM[family](rng)
        x = q.sample(rng, 20_000)
        assert_z(-q.log_prob(x), q.entropy())
        assert_z(q.log_prob(x) - p.log_prob(x), kl(q, p))
        values = np.eye(5)[x] if family == "Categorical" else x
        assert_z(values, q.mean)
        assert_z((values - q.mean) ** 2, q.variance)
        if hasattr(q, "covariance"):
            centred = values - q.mean
            assert_z(centred[:, :, None] * centred[:, None, :], q.covariance)
        if hasattr(q, "mean_log"):
            assert_z(np.log(x), q.mean_log)
        if hasattr(q, "mean_logdet"):
            assert_z(np.linalg.slogdet(x)[1], q.mean_logdet)


@pytest.mark.parametrize(
    "q, cdf",
    [
        (Normal(1, 2), stats.norm(1, 2).cdf),
        (Gamma(0.3, 2), stats.gamma(0.3, scale=0.5).cdf),
        (Beta(0.4, 3), stats.beta(0.4, 3).cdf),
    ],
)
def test_samples_follow_the_distribution_function(q, cdf):
    assert stats.kstest(q.sample(np.random.default_rng(2), 20_000), cdf).pvalue > 1e-6


@every_family
@quick
@given(seed=seeds)
def test_kl_is_zero_at_equality_and_positive_elsewhere(family, seed):
    rng = np.random.default_rng(seed)
    q, p = RANDOM[family](rng), RANDOM[family](rng)
    assert abs(kl(q, q)) < 1e-12
    assert kl(q, p) > 0


@quick
@given(seed=seeds)
def test_families_that_contain_each_other_agree(seed):
    rng = np.random.default_rng(seed)

    def agree(q, p, as_q, as_p, x, as_x):
        np.testing.assert_allclose(kl(q, p), kl(as_q, as_p), rtol=1e-9)
        np.testing.assert_allclose(q.entropy(), as_q.entropy(), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(q.log_prob(x), as_q.log_prob(as_x), rtol=1e-9, atol=1e-9)

    (n, m), (v, s), x = positive(rng, 2), positive(rng, 2), positive(rng)
    wisharts, gammas = (Wishart(n, [[v]]), Wishart(m, [[s]])), (Gamma(n / 2, 0.5 / v), Gamma(m / 2, 0.5 / s))
    agree(*wisharts, *gammas, [[x]], x)
    assert wisharts[0].mean_logdet == pytest.approx(gammas[0].mean_log, rel=1e-9, abs=1e-9)
    x = rng.uniform()
    agree(Beta(n, m), Beta(v, s), Dirichlet([n, m]), Dirichlet([v, s]), x, [x, 1 - x])
    q, p = rng.uniform(size=2)
    agree(Bernoulli(q), Bernoulli(p), Categorical([1 - q, q]), Categorical([1 - p, p]), 1, 1)
    vectors = MultivariateNormal([x], [[n**2]]), MultivariateNormal([q], [[m**2]])
    agree(Normal(x, n), Normal(q, m), *vectors, 1, [1])
    one, two = RANDOM["Normal"](rng, (3,)), RANDOM["Normal"](rng, (3,))
    many = [MultivariateNormal(normal.loc, np.diag(normal.variance)) for normal in (one, two)]
    assert kl(*many) == pytest.approx(kl(one, two).sum(), rel=1e-9)
    assert many[0].entropy() == pytest.approx(one.entropy().sum(), rel=1e-9)


@quick
@given(seed=seeds)
def test_kl_does_not_depend_on_the_coordinates(seed):
    rng = np.random.default_rng(seed)
    change = rng.normal(size=(3, 3)) + 3 * np.eye(3)
    q, p = RANDOM["MultivariateNormal"](rng), RANDOM["MultivariateNormal"](rng)
    moved = [MultivariateNormal(change @ d.loc, change @ d.covariance @ change.T) for d in (q, p)]
    assert kl(*moved) == pytest.approx(kl(q, p), rel=1e-8)
    q, p = RANDOM["Wishart"](rng), RANDOM["Wishart"](rng)
    moved = [Wishart(d.df, change @ d.scale_matrix @ change.T) for d in (q, p)]
    assert kl(*moved) == pytest.approx(kl(q, p), rel=1e-8)


def test_textbook_values():
    assert kl(Normal(0, 1), Normal(0, 2)) == pytest.approx(np.log(2) - 3 / 8)
    assert kl(Normal(0, 2), Normal(0, 1)) == pytest.approx(1.5 - np.log(2))
    assert kl(Normal(3, 1), Normal(1, 1)) == pytest.approx(2)
    assert Normal(5, 1).entropy() == pytest.approx(0.5 * np.log(2 * np.pi * np.e))
    assert Normal(0, 3).variance == pytest.approx(9) and Normal(0, 3).precision == pytest.approx(1 / 9)
    assert Gamma(1, 1).mean_log == pytest.approx(-np.euler_gamma)
    assert Gamma(1, 4).entropy() == pytest.approx(1 - np.log(4))
    assert kl(Gamma(1, 2), Gamma(1, 1)) == pytest.approx(np.log(2) - 0.5)
    assert Beta(1, 1).entropy() == pytest.approx(0, abs=1e-14)
    assert Beta(1, 1).mean_log == pytest.approx(-1)
    assert kl(Beta(2, 1), Beta(1, 1)) == pytest.approx(np.log(2) - 0.5)
    assert Dirichlet([1, 1, 1]).entropy() == pytest.approx(-np.log(2))
    assert Categorical([0.5, 0.25, 0.25]).entropy() == pytest.approx(1.5 * np.log(2))
    assert Bernoulli(0.5).entropy() == pytest.approx(np.log(2))
    np.testing.assert_allclose(Wishart(3, 2 * np.eye(2)).mean, 6 * np.eye(2))
    np.testing.assert_allclose(Dirichlet([2, 3, 5]).covariance[0], [0.16 / 11, -0.06 / 11, -0.1 / 11])
    assert MultivariateNormal([0, 0], np.eye(2)).log_prob([1, 1]) == pytest.approx(-1 - np.log(2 * np.pi))


def test_zero_probabilities_follow_the_conventions():
    assert kl(Categorical([0.5, 0.5, 0]), Categorical([0.25, 0.25, 0.5])) == pytest.approx(np.log(2))
    assert kl(Categorical([0.25, 0.25, 0.5]), Categorical([0.5, 0.5, 0])) == np.inf
    assert kl(Categorical([0, 1]), Categorical([0, 1])) == 0
    assert Categorical([0, 1]).entropy() == Bernoulli(0).entropy() == Bernoulli(1).entropy() == 0
    certain = Bernoulli([0, 1, 0, 1]), Bernoulli([0, 1, 1, 0])
    np.testing.assert_array_equal(kl(*certain), [0, 0, np.inf, np.inf])
    assert kl(Bernoulli(0), Bernoulli(0.5)) == kl(Bernoulli(1), Bernoulli(0.5)) == pytest.approx(np.log(2))
    assert kl(Categorical([1e-320, 1]), Categorical([0.5, 0.5])) == pytest.approx(np.log(2))
    never = Categorical([[0, 0.3, 0.7, 0], [0.5, 0, 0, 0.5]]).sample(np.random.default_rng(3), 1000)
    assert set(never[:, 0]) == {1, 2} and set(never[:, 1]) == {0, 3}


class Stuck(np.random.Generator):
    """A generator whose uniform draws are all the same."""

    def __init__(self, value):
        super().__init__(np.random.PCG64())
        self.value = value

    def random(self, size=None):
        return np.full(size, self.value)


def test_the_ends_of_the_uniform_draws_give_possible_labels():
    first, last = Stuck(0.0), Stuck(1 - 2.0**-53)
    assert Categorical([0, 0.3, 0.7]).sample(first) == 1
    np.testing.assert_array_equal(Categorical([[0, 0.3, 0.7], [0, 0, 1]]).sample(first), [1, 2])
    assert Categorical([0.3, 0.7, 0]).sample(last) == 1
    assert Categorical([0.5, 0.5 - 5e-7]).sample(last) == 1  # a sum within tolerance, below the draw
    assert Bernoulli(0).sample(first) == 0 and Bernoulli(1).sample(last) == 1


# --- Shapes and precision -----------------------------------------------------------------------------


@every_family
def test_a_batch_is_its_members_one_at_a_time(family):
    rng = np.random.default_rng(4)
    q, p = RANDOM[family](rng, (3,)), RANDOM[family](rng, (3,))
    x = q.sample(rng, 2)
    assert q.log_prob(x).shape == (2, 3) and q.entropy().shape == kl(q, p).shape == (3,)
    for i, (one, other) in enumerate(zip(each(q), each(p))):
        np.testing.assert_allclose(q.log_prob(x)[:, i], one.log_prob(x[:, i]), rtol=1e-12)
        assert q.entropy()[i] == pytest.approx(one.entropy(), rel=1e-12)
        assert kl(q, p)[i] == pytest.approx(kl(one, other), rel=1e-9)
        np.testing.assert_allclose(kl(q, other)[i], kl(one, other), rtol=1e-9)
        np.testing.assert_allclose(kl(one, p)[i], kl(one, other), rtol=1e-9)
        for name in MOMENTS:
            if hasattr(q, name):
                np.testing.assert_allclose(getattr(q, name)[i], getattr(one, name), rtol=1e-12)


def test_parameters_broadcast_against_each_other():
    column = np.array([[1.0], [2.0]])
    assert Normal(column, [1, 2, 3]).mean.shape == Gamma(column, [1, 2, 3]).log_prob(1.0).shape == (2, 3)
    assert Normal(0, [1, 2, 3]).mean.shape == Normal([1, 2, 3], 1).entropy().shape == (3,)
    shared = MultivariateNormal(np.zeros((5, 2)), np.eye(2))
    assert shared.entropy().shape == (5,) and shared.variance.shape == (5, 2)
    assert shared.log_prob(np.zeros((4, 1, 2))).shape == (4, 5)
    assert MultivariateNormal([0, 0], np.stack([np.eye(2)] * 3)).log_prob([1, 1]).shape == (3,)
    wishart = Wishart([3, 4, 5], np.eye(2))
    assert wishart.mean.shape == wishart.variance.shape == (3, 2, 2) and wishart.mean_logdet.shape == (3,)
    assert kl(Dirichlet(np.ones((4, 1, 3))), Dirichlet(np.ones((5, 3)))).shape == (4, 5)
    assert Dirichlet(np.ones((4, 3))).covariance.shape == (4, 3, 3)
    assert Categorical(np.full((4, 2), 0.5)).log_prob([[0], [1], [1]]).shape == (3, 4)


EVENT = {"MultivariateNormal": (3,), "Dirichlet": (4,), "Wishart": (3, 3)}


@every_family
@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize("size, leading", [((), ()), (5, (5,)), ((5, 1), (5, 1)), ([4], (4,))])
def test_sample_shape_is_size_then_batch_then_event(family, batch, size, leading):
    rng = np.random.default_rng(5)
    q = RANDOM[family](rng, batch)
    x = q.sample(rng, size)
    assert np.shape(x) == leading + batch + EVENT.get(family, ())
    assert np.shape(q.log_prob(x)) == leading + batch


@every_family
def test_the_same_generator_state_gives_the_same_sample(family):
    q = RANDOM[family](np.random.default_rng(6))
    x, y = (q.sample(np.random.default_rng(7), 4) for _ in range(2))
    np.testing.assert_array_equal(x, y)


@every_family
def test_float32_stays_float32_and_is_right_to_its_precision(family):
    rng = np.random.default_rng(8)
    q = RANDOM[family](rng, (3,))
    half = type(q)(*(getattr(q, name).astype(np.float32) for name in PARAMETERS[family]))
    x = half.sample(rng, 2)
    results = [half.log_prob(x), half.entropy(), kl(half, half)]
    results += [getattr(half, name) for name in MOMENTS + PARAMETERS[family] if hasattr(half, name)]
    assert {r.dtype for r in results} == {np.dtype(np.float32)}
    assert x.dtype == (int if family in ("Categorical", "Bernoulli") else np.float32)
    np.testing.assert_allclose(half.log_prob(x), q.log_prob(x), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(half.entropy(), q.entropy(), rtol=1e-4, atol=1e-4)
    assert {kl(half, q).dtype, q.log_prob(x).dtype, q.entropy().dtype} == {np.dtype(np.float64)}


def test_python_numbers_adapt_to_float32():
    single = np.ones(3, np.float32)
    assert Normal(single, 1.0).log_prob(0.5).dtype == Normal(0, 1).log_prob(single).dtype == np.float32
    assert Normal(0, 1).log_prob(0).dtype == Normal(single, np.float64(1)).mean.dtype == np.float64


@every_family
def test_a_distribution_keeps_its_own_read_only_parameters(family):
    q = RANDOM[family](np.random.default_rng(9), (2,))
    name = PARAMETERS[family][-1]
    given_array = np.array(getattr(q, name), np.float32 if family != "Wishart" else np.float64)
    mine = type(q)(*(getattr(q, other) for other in PARAMETERS[family][:-1]), given_array)
    before = mine.entropy().copy()
    given_array[...] = -7
    np.testing.assert_array_equal(mine.entropy(), before)
    assert np.all(getattr(mine, name) != -7)
    with pytest.raises(ValueError, match="read-only"):
        getattr(mine, name)[0] = 1
    with pytest.raises(AttributeError):
        setattr(mine, name, 1)
    for twin in (copy.deepcopy(q), pickle.loads(pickle.dumps(q))):
        np.testing.assert_array_equal(kl(q, twin), kl(q, q))


# --- Extreme parameters, against mpmath with 60 digits -------------------------------------------------

SMALL_TO_LARGE = [1e-8, 1e-6, 3e-3, 0.7, 15.9, 16.1, 1e4, 1e6, 1e6 + 1, 1e8, 1e8 + 1]
COUNTS = [1e-6, 1.0, 1e6, 1e6 + 1]


def big(*numbers):
    return [mpmath.mpf(float(n)) for n in numbers]


def log_beta(a):
    return sum(map(mpmath.loggamma, a)) - mpmath.loggamma(sum(a))


def exact_gamma_kl(*numbers):
    a, b, c, d = big(*numbers)
    log_gammas = mpmath.loggamma(c) - mpmath.loggamma(a)
    return (a - c) * mpmath.digamma(a) + log_gammas + c * mpmath.log(b / d) + a * (d - b) / b


def exact_dirichlet_kl(a, b):
    a, b = big(*a), big(*b)
    slopes = [mpmath.digamma(x) - mpmath.digamma(sum(a)) for x in a]
    return log_beta(b) - log_beta(a) + sum((x - y) * slope for x, y, slope in zip(a, b, slopes))


def exact_dirichlet_entropy(a):
    a = big(*a)
    slopes = sum((x - 1) * mpmath.digamma(x) for x in a)
    return log_beta(a) + (sum(a) - len(a)) * mpmath.digamma(sum(a)) - slopes


def exact_dirichlet_log_prob(a, x):
    a, x = big(*a), big(*x)
    return sum((u - 1) * mpmath.log(v) for u, v in zip(a, x)) - log_beta(a)


def matrix(array):
    return mpmath.matrix([big(*row) for row in array])


def log_multigamma(d, a):
    log_gammas = sum(mpmath.loggamma(a - i / mpmath.mpf(2)) for i in range(d))
    return d * (d - 1) * mpmath.log(mpmath.pi) / 4 + log_gammas


def multidigamma(d, a):
    return sum(mpmath.digamma(a - i / mpmath.mpf(2)) for i in range(d))


def exact_wishart_kl(n, v, m, s):
    (n, m), v, s, d = big(n, m), matrix(v), matrix(s), len(v)
    ratio = s**-1 * v
    trace = sum(ratio[i, i] for i in range(d))
    gammas = log_multigamma(d, m / 2) - log_multigamma(d, n / 2) + (n - m) / 2 * multidigamma(d, n / 2)
    return n / 2 * (trace - d) - m / 2 * mpmath.log(mpmath.det(ratio)) + gammas


def exact_wishart_entropy(n, v):
    (n,), v, d = big(n), matrix(v), len(v)
    slopes = (n - d - 1) / 2 * multidigamma(d, n / 2)
    log_two = d * (d + 1) * mpmath.log(2) / 2
    return (d + 1) * mpmath.log(mpmath.det(v)) / 2 + log_two + log_multigamma(d, n / 2) - slopes + n * d / 2


def exact_wishart_log_prob(n, v, x):
    (n,), v, x, d = big(n), matrix(v), matrix(x), len(v)
    ratio = v**-1 * x
    trace = sum(ratio[i, i] for i in range(d))
    kernel = (n - d - 1) / 2 * mpmath.log(mpmath.det(x)) - trace / 2
    return kernel - n * d / 2 * mpmath.log(2) - n / 2 * mpmath.log(mpmath.det(v)) - log_multigamma(d, n / 2)


def assert_exact(got, want):
    """Right to a relative 1e-8, also where the answer is tiny (the library promises 1e-6)."""
    assert abs(mpmath.mpf(float(got)) - want) <= mpmath.mpf("1e-8") * abs(want), (got, want)


@pytest.fixture(autouse=True)
def sixty_digits():
    with mpmath.workdps(60):
        yield


@pytest.mark.parametrize("a", SMALL_TO_LARGE)
def test_gamma_is_exact_from_tiny_to_huge_shapes(a):
    for b in (1.0, 3.7, 1e-4):
        q, (x, rate) = Gamma(a, b), big(a, b)
        entropy = x - mpmath.log(rate) + mpmath.loggamma(x) + (1 - x) * mpmath.digamma(x)
        assert_exact(q.entropy(), entropy)
        assert_exact(q.mean, x / rate)
        assert_exact(q.variance, x / rate**2)
        assert_exact(q.mean_log, mpmath.digamma(x) - mpmath.log(rate))
        for point in (a / b, a / b * (1 + 1e-4), 2 * a / b, 1e-3 * a / b, 1.0, 1e-300):
            (y,) = big(point)
            log_prob = x * mpmath.log(rate) - mpmath.loggamma(x) + (x - 1) * mpmath.log(y) - rate * y
            assert_exact(q.log_prob(point), log_prob)
        for c in SMALL_TO_LARGE + [a * (1 + 1e-12), a * (1 + 1e-7), a * 1.4, a * 1.6]:
            for d in (b, b * (1 + 1e-12), b * (1 + 1e-7), 2 * b, b * c / a):
                assert_exact(kl(q, Gamma(c, d)), exact_gamma_kl(a, b, c, d))


@pytest.mark.parametrize("a", COUNTS)
@pytest.mark.parametrize("b", COUNTS)
def test_beta_is_exact_for_tiny_and_huge_counts(a, b):
    q, (x, y) = Beta(a, b), big(a, b)
    total = x + y
    assert_exact(q.mean, x / total)
    assert_exact(q.variance, x * y / total**2 / (total + 1))
    assert_exact(q.mean_log, mpmath.digamma(x) - mpmath.digamma(total))
    if a == b == 1:
        assert abs(q.entropy()) < 1e-14
    else:
        assert_exact(q.entropy(), exact_dirichlet_entropy([a, b]))
    for point in (0.5, 0.5003, 1e-7, 1e-300, 1 - 2**-40, a / (a + b) * (1 - 1e-9)):
        want = exact_dirichlet_log_prob([a, b], [point, mpmath.mpf(1) - mpmath.mpf(point)])
        assert abs(q.log_prob(point) - want) <= 1e-8 * abs(want) + 1e-14
    for c in COUNTS + [a * (1 + 1e-7), a * (1 + 1e-12)]:
        for d in COUNTS + [b * (1 + 1e-7), b * c / a]:
            assert_exact(kl(q, Beta(c, d)), exact_dirichlet_kl([a, b], [c, d]))


@pytest.mark.parametrize(
    "a",
    [
        [1e-6] * 3,
        [1e6] * 3,
        [1e6, 1e-6, 1.0],
        [1e6, 1e6 + 1, 1e6 - 1],
        [1e-6, 1e-6, 1e6],
        [1e8, 1e-8, 3.0],
        [1e6] * 50,
    ],
    ids=lambda a: f"{a[0]:g}-{a[1]:g}-{len(a)}",
)
def test_dirichlet_is_exact_for_tiny_and_huge_concentrations(a):
    q, total = Dirichlet(a), sum(big(*a))
    assert_exact(q.entropy(), exact_dirichlet_entropy(a))
    for k, x in enumerate(big(*a)):
        assert_exact(q.mean[k], x / total)
        assert_exact(q.variance[k], x * (total - x) / total**2 / (total + 1))
        assert_exact(q.covariance[k, k], x * (total - x) / total**2 / (total + 1))
        assert_exact(q.mean_log[k], mpmath.digamma(x) - mpmath.digamma(total))
    assert_exact(q.covariance[0, 1], -mpmath.mpf(a[0]) * mpmath.mpf(a[1]) / total**2 / (total + 1))
    powers = 2.0 ** -np.arange(1, len(a) + 1)  # sums to one without rounding
    powers[-1] *= 2
    assert_exact(q.log_prob(powers), exact_dirichlet_log_prob(a, powers))
    for change in (1 + 1e-12, 1 + 1e-7, 2.0, 1e-6):
        moved = np.array(a)
        moved[0] *= change
        for b in (moved, moved[::-1], np.array(a) * change, np.ones(len(a))):
            assert_exact(kl(q, Dirichlet(b)), exact_dirichlet_kl(a, b))


@pytest.mark.parametrize("df", [2 + 1e-8, 2.5, 30, 1e6, 1e8])
def test_wishart_is_exact_from_few_to_many_degrees_of_freedom(df):
    v = np.array([[2.0, 0.5, 0.1], [0.5, 1.0, -0.3], [0.1, -0.3, 0.7]])
    q = Wishart(df, v)
    assert_exact(q.entropy(), exact_wishart_entropy(df, v))
    want = multidigamma(3, big(df)[0] / 2) + 3 * mpmath.log(2) + mpmath.log(mpmath.det(matrix(v)))
    assert_exact(q.mean_logdet, want)
    for x in (df * v, df * v * 1.001, v + np.eye(3)):
        assert_exact(q.log_prob(x), exact_wishart_log_prob(df, v, x))
    for m in (df, df + 1, df + 1e-6, 5.0, 1e8 + 1):
        for s in (v * (1 + 1e-12), v * (1 + 1e-7), 2 * v, v * (df / m), np.eye(3), v + 1e-6 * np.eye(3)):
            if m != df or (s != v).any():
                assert_exact(kl(q, Wishart(m, s)), exact_wishart_kl(df, v, m, s))


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_normals_are_exact_when_close_and_when_far_apart(scale):
    for ratio in (1 + 1e-12, 1 + 1e-9, 1 + 1e-4, 1.03, 2.0, 1e6):
        for shift in (0.0, 1e-9, 1.0):
            q, p = Normal(shift * scale, scale), Normal(0.0, scale * ratio)
            (loc,), (one, two) = big(q.loc), big(q.scale, p.scale)
            want = mpmath.log(two / one) + (one**2 + loc**2) / (2 * two**2) - mpmath.mpf(1) / 2
            assert_exact(kl(q, p), want)
            many = [MultivariateNormal([d.loc], [[d.variance]]) for d in (q, p)]
            (one, two) = big(*(d.covariance[0, 0] for d in many))
            want = (mpmath.log(two / one) + (one + loc**2) / two - 1) / 2
            assert_exact(kl(*many), want)


@pytest.mark.parametrize("p", [1e-200, 1e-12, 0.1, 1 - 2**-50])
def test_bernoulli_is_exact_near_its_ends(p):
    q, (x,) = Bernoulli(p), big(p)
    assert_exact(q.entropy(), -x * mpmath.log(x) - (1 - x) * mpmath.log1p(-x))
    assert_exact(q.log_prob(0), mpmath.log1p(-x))
    assert_exact(q.log_prob(1), mpmath.log(x))
    for other in (p * (1 - 1e-12), p * (1 - 1e-7), p / 2, 0.5, 1e-10):
        (y,) = big(other)
        failures = (1 - x) * (mpmath.log1p(-x) - mpmath.log1p(-y))
        assert_exact(kl(q, Bernoulli(other)), x * mpmath.log(x / y) + failures)


@pytest.mark.parametrize("a", [15.9, 16.0, 16.1, 20.0, 40.0])
def test_nothing_is_lost_where_the_series_takes_over(a):
    (x,) = big(a)
    entropy = x + mpmath.loggamma(x) + (1 - x) * mpmath.digamma(x)
    assert abs(Gamma(a, 1).entropy() - entropy) < 1e-12
    assert abs(Gamma(a, 1).mean_log - mpmath.digamma(x)) < 1e-14
    assert abs(kl(Gamma(1.1 * a, 1), Gamma(a, 1)) / exact_gamma_kl(1.1 * a, 1, a, 1) - 1) < 1e-12


def test_categorical_kl_is_exact_between_close_distributions():
    q, p = [0.25, 0.5, 0.25], [0.25 - 2**-30, 0.5 + 2**-29, 0.25 - 2**-30]
    want = sum(x * mpmath.log(x / y) for x, y in zip(big(*q), big(*p)))
    assert_exact(kl(Categorical(q), Categorical(p)), want)


def test_samples_at_tiny_parameters_underflow_to_zero_but_are_never_nan():
    rng = np.random.default_rng(10)
    assert np.mean(Gamma(1e-8, 1.0).sample(rng, 1000) == 0) > 0.99
    flips = Beta(1e-8, 1e-8).sample(rng, 10_000)
    assert np.isin(flips, [0, 1]).mean() > 0.99
    assert_z(flips, 0.5)
    for concentration in (1e-6, 1e-8, 1e-300):
        x = Dirichlet([concentration] * 4).sample(rng, 10_000)
        np.testing.assert_allclose(x.sum(-1), 1)
        assert np.mean(x.max(-1) == 1) > 0.99
        assert_z(x, 0.25)
    assert_z(Dirichlet([1e-6, 1e-6, 2e-6]).sample(rng, 10_000), [0.25, 0.25, 0.5])


@pytest.mark.parametrize("q", [Gamma(1e8, 2.0), Beta(1e6, 1e6 + 1), Dirichlet([1e6] * 3)], ids=repr)
def test_samples_at_huge_parameters_are_close_to_the_mean(q):
    x = q.sample(np.random.default_rng(11), 1000)
    assert np.all(np.abs(x - q.mean) <= 6 * np.sqrt(q.variance))


def test_beyond_the_largest_float_answers_are_infinite_not_warnings():
    narrow, wide = Normal(0, 1e-200), Normal(0, 1e200)
    assert narrow.log_prob(1) == -np.inf and wide.variance == np.inf and kl(wide, narrow) == np.inf
    assert kl(narrow, Normal(0, 1)) == pytest.approx(200 * np.log(10) - 0.5)
    single = Gamma(np.float32(1), np.float32(1e-30))
    assert single.variance == np.inf and single.mean == pytest.approx(1e30, rel=1e-6)


# --- Hostile input ------------------------------------------------------------------------------------

EYE = np.eye(2)
NUMBERS = [[], np.nan, [1, np.inf], -np.inf, "one", ["a"], None, 1j, [[1], [1, 2]], {"a": 1}]


@pytest.mark.parametrize("bad", NUMBERS, ids=repr)
@pytest.mark.parametrize(
    "make, name",
    [
        (lambda bad: Normal(bad, 1), "loc"),
        (lambda bad: Normal(0, bad), "scale"),
        (lambda bad: MultivariateNormal(bad, EYE), "loc"),
        (lambda bad: MultivariateNormal([0, 0], bad), "covariance"),
        (lambda bad: Gamma(bad, 1), "concentration"),
        (lambda bad: Gamma(1, bad), "rate"),
        (lambda bad: Beta(bad, 1), "a"),
        (lambda bad: Beta(1, bad), "b"),
        (lambda bad: Dirichlet(bad), "concentration"),
        (lambda bad: Wishart(bad, EYE), "df"),
        (lambda bad: Wishart(3, bad), "scale_matrix"),
        (lambda bad: Categorical(bad), "probs"),
        (lambda bad: Bernoulli(bad), "probs"),
        (lambda bad: Normal(0, 1).log_prob(bad), "x"),
        (lambda bad: MultivariateNormal([0, 0], EYE).log_prob(bad), "x"),
        (lambda bad: Gamma(1, 1).log_prob(bad), "x"),
        (lambda bad: Beta(1, 1).log_prob(bad), "x"),
        (lambda bad: Dirichlet([1, 1]).log_prob(bad), "x"),
        (lambda bad: Wishart(3, EYE).log_prob(bad), "x"),
        (lambda bad: Categorical([0.5, 0.5]).log_prob(bad), "x"),
        (lambda bad: Bernoulli(0.5).log_prob(bad), "x"),
    ],
)
def test_what_is_not_finite_numbers_is_refused_by_name(make, name, bad):
    with pytest.raises(ValueError, match=rf"^{name} must be .*; got "):
        make(bad)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Normal(0, -1), "scale must be greater than 0"),
        (lambda: Normal(0, 0), "scale must be greater than 0"),
        (lambda: Normal([0, 1], [1, 2, 3]), "loc and scale must be of shapes that broadcast"),
        (lambda: MultivariateNormal(0, EYE), "loc must be of shape"),
        (lambda: MultivariateNormal([0, 0, 0], EYE), "loc must be of shape"),
        (lambda: MultivariateNormal([0], EYE), "loc must be of shape"),
        (lambda: MultivariateNormal([0, 0], [1, 1]), "covariance must be square"),
        (lambda: MultivariateNormal([0, 0], [[1, 0, 0], [0, 1, 0]]), "covariance must be square"),
        (lambda: MultivariateNormal([0, 0], [[1, 0.5], [0, 1]]), "covariance must be symmetric"),
        (lambda: MultivariateNormal([0, 0], [[1, 2], [2, 1]]), "covariance must be positive definite"),
        (lambda: MultivariateNormal([0, 0], [[1, 1], [1, 1]]), "covariance must be positive definite"),
        (lambda: MultivariateNormal([0, 0], [EYE, -EYE]), "covariance must be positive definite"),
        (lambda: MultivariateNormal(np.zeros((3, 2)), [EYE, EYE]), "loc and covariance must be of shapes"),
        (lambda: Gamma(0, 1), "concentration must be greater than 0"),
        (lambda: Gamma(1, -1), "rate must be greater than 0"),
        (lambda: Gamma([1, 2], [1, 2, 3]), "concentration and rate must be of shapes that broadcast"),
        (lambda: Beta(-1, 1), "a must be greater than 0"),
        (lambda: Beta(1, 0), "b must be greater than 0"),
        (lambda: Beta([1, 2], [1, 2, 3]), "a and b must be of shapes that broadcast"),
        (lambda: Dirichlet(2.0), "concentration must be of shape"),
        (lambda: Dirichlet([1, 0]), "concentration must be greater than 0"),
        (lambda: Wishart(1, EYE), "df must be above d - 1 = 1"),
        (lambda: Wishart([3, 0.5], EYE), "df must be above d - 1 = 1"),
        (lambda: Wishart(3, 2.0), "scale_matrix must be square"),
        (lambda: Wishart(3, [[1, 0.5], [0, 1]]), "scale_matrix must be symmetric"),
        (lambda: Wishart(3, -EYE), "scale_matrix must be positive definite"),
        (lambda: Wishart([3, 4, 5], [EYE, EYE]), "df and scale_matrix must be of shapes that broadcast"),
        (lambda: Categorical(1.0), "probs must be an array"),
        (lambda: Categorical([0.5, 0.6]), "probs must be probabilities that sum to 1"),
        (lambda: Categorical([1.5, -0.5]), "probs must be non-negative"),
        (lambda: Bernoulli(1.1), "probs must be between 0 and 1"),
        (lambda: Bernoulli(-0.1), "probs must be between 0 and 1"),
        (lambda: Normal([0, 1], 1).log_prob([1, 2, 3]), "x and the parameters must be of shapes"),
        (lambda: MultivariateNormal([0, 0], EYE).log_prob(0), "x must be of shape"),
        (lambda: MultivariateNormal([0, 0], EYE).log_prob([1, 2, 3]), "x must be of shape"),
        (lambda: Dirichlet([1, 1]).log_prob([1]), "x must be of shape"),
        (lambda: Wishart(3, EYE).log_prob([1, 2]), "x must be of shape"),
        (lambda: Wishart(3, EYE).log_prob(np.eye(3)), "x must be of shape"),
        (lambda: Categorical([[0.5, 0.5]] * 2).log_prob([0, 1, 1]), "x and the parameters must be of shapes"),
        (lambda: kl(Normal(0, 1), Gamma(1, 1)), "one family; got Normal and Gamma"),
        (lambda: kl(Beta(1, 1), Dirichlet([1, 1])), "one family; got Beta and Dirichlet"),
        (lambda: kl(Normal(0, 1), 3.0), "one family; got Normal and float"),
        (lambda: kl([0.5, 0.5], [0.5, 0.5]), "one family; got list and list"),
        (lambda: kl(Normal, Normal), "one family; got type and type"),
        (lambda: kl(None, None), "one family; got NoneType and NoneType"),
        (lambda: kl(Dirichlet([1, 1]), Dirichlet([1, 1, 1])), "q and p must be of the same dimension"),
        (lambda: kl(Wishart(3, EYE), Wishart(3, np.eye(3))), "q and p must be of the same dimension"),
        (lambda: kl(Categorical([1.0]), Categorical([0.5, 0.5])), "q and p must be of the same dimension"),
        (lambda: kl(Normal([0, 1], 1), Normal([0, 1, 2], 1)), "q and p must be of shapes that broadcast"),
        (lambda: kl(Dirichlet(np.ones((2, 4))), Dirichlet(np.ones((3, 4)))), "q and p must be of shapes"),
    ],
)
def test_bad_values_and_shapes_are_refused_with_the_reason(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@every_family
def test_sample_refuses_what_is_not_a_generator_or_a_size(family):
    q = RANDOM[family](np.random.default_rng(12))
    for bad in (None, 0, np.random, np.random.RandomState(0), "rng"):
        with pytest.raises(ValueError, match="^rng must be a numpy.random.Generator"):
            q.sample(bad)
    for bad in (-1, 0, 2.5, "3", None, True, (2, -1), (2, 1.5), ((2,),), np.ones(2)):
        with pytest.raises(ValueError, match="^size must be an integer of at least 1"):
            q.sample(np.random.default_rng(0), bad)
