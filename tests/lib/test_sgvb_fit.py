"""Fits whose answer is known: Gaussian targets, conjugate models, and everything that can go wrong.

A fit is a function of its seed, so these checks pass or fail for good. The rule that ends a fit speaks of
movement, not of error; on Gaussian targets the error of the averages is of the size of tol, and three times
tol is allowed.
"""

import sys
import types
import warnings

import autograd.numpy as anp
import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from varinf._progress import bar
from varinf.distributions import Dirichlet, Gamma, MultivariateNormal, Normal, kl
from varinf.elbo import elbo
from varinf.evidence import BetaBernoulli, NormalNormal
from varinf.mean_field import mean_field_gaussian
from varinf.sgvb import ConvergenceWarning, constrain, fit, positive, simplex, unit_interval

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")


def rng(seed=0):
    return np.random.default_rng(seed)


class Target:
    """A correlated Gaussian with coordinates of different sizes, and a constant."""

    def __init__(self, seed, dim, log_evidence=-7.0):
        r = rng(seed)
        A, self.log_evidence = r.normal(size=(dim, dim)), log_evidence
        sizes = np.exp(0.7 * r.normal(size=dim))
        covariance = sizes[:, None] * (A @ A.T / dim + np.eye(dim)) * sizes
        self.q = MultivariateNormal(sizes * r.normal(size=dim), (covariance + covariance.T) / 2)
        self.precision = np.linalg.inv(self.q.covariance)

    def __call__(self, z):
        error = z - self.q.loc
        constant = self.log_evidence - self.q.entropy() + len(self.q.loc) / 2
        return constant - 0.5 * anp.sum(error @ self.precision * error, axis=1)

    def gradient(self, z):
        return -(z - self.q.loc) @ self.precision

    def pair(self, z):
        return self(z), self.gradient(z)


def assert_close(fitted, exact, tolerance):
    """Means in units of the exact deviations, deviations by their logarithm."""
    deviations = np.sqrt(exact.variance)
    assert np.abs((fitted.loc - exact.loc) / deviations).max() < tolerance
    assert np.abs(np.log(fitted.scale / deviations)).max() < tolerance


# --- Gaussian targets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [1, 2, 6, 20])
def test_mean_field_finds_the_means_and_one_over_the_precisions(dim):
    target = Target(dim, dim)
    fitted = fit(None, dim, grad=target.gradient, rng=rng(), elbo_every=None)
    assert fitted.converged and fitted.cholesky is None
    assert_close(fitted, mean_field_gaussian(target.q.loc, target.precision), 3 * 0.02)


@pytest.mark.parametrize("dim", [1, 2, 6])
def test_full_rank_finds_the_covariance(dim):
    target = Target(dim, dim)
    fitted = fit(None, dim, family="full_rank", grad=target.gradient, rng=rng(), elbo_every=None)
    assert fitted.converged
    assert_close(fitted, target.q, 3 * 0.02)
    np.testing.assert_allclose(fitted.q.covariance, fitted.cholesky @ fitted.cholesky.T)
    np.testing.assert_allclose(fitted.scale, np.sqrt(fitted.q.variance))
    assert kl(fitted.q, target.q) < 0.01


@pytest.mark.parametrize("dim", [1, 3, 10])
def test_with_the_path_derivative_a_gaussian_posterior_is_found_almost_exactly(dim):
    """Its noise dies out as q approaches the posterior, so nothing is left to average away. With the entropy
    in closed form so small a tol would take some 1 / tol^2 = 1e8 draws."""
    target = Target(dim, dim)
    fitted = fit(None, dim, family="full_rank", grad=target.gradient, rng=rng(), entropy="path", tol=1e-4,
                 elbo_every=None)
    assert fitted.converged
    assert kl(fitted.q, target.q) < 1e-7


def test_the_trace_ends_at_the_log_evidence_less_the_gap():
    target = Target(3, 4)
    fitted = fit(None, 4, grad=target.pair, rng=rng())
    gap = kl(fitted.q, target.q)
    assert gap > 0.05                                           # mean field misses the correlations
    late = fitted.elbo[fitted.elbo_steps > fitted.n_iter - 500]
    assert late.mean() == pytest.approx(target.log_evidence - gap, abs=4 * late.std() / 500**0.5 + 1e-3)
    assert fitted.elbo[:10].mean() < late.mean() - 1
    np.testing.assert_array_equal(fitted.elbo_steps, np.arange(1, fitted.n_iter + 1))


@pytest.mark.parametrize("family", ["mean_field", "full_rank"])
def test_the_first_estimate_is_the_one_worked_by_hand(family):
    target, loc, scale = Target(3, 4), np.arange(4.0), np.array([0.5, 1.0, 2.0, 3.0])
    z = loc + scale * rng(7).standard_normal((10, 4))
    fitted = fit(target, 4, rng=rng(7), family=family, loc=loc, scale=scale, max_iter=1, tol=None)
    assert fitted.elbo[0] == pytest.approx(target(z).mean() + Normal(loc, scale).entropy().sum(), rel=1e-12)


def test_one_sample_a_step_will_do():
    target = Target(1, 3)
    fitted = fit(None, 3, grad=target.gradient, rng=rng(), num_samples=1, elbo_every=None)
    assert_close(fitted, mean_field_gaussian(target.q.loc, target.precision), 3 * 0.02)


@pytest.mark.parametrize("family", ["mean_field", "full_rank"])
@pytest.mark.parametrize("entropy", ["closed", "path"])
def test_autograd_takes_the_steps_of_the_given_gradient(family, entropy):
    target = Target(2, 3)
    settings = dict(family=family, entropy=entropy, max_iter=60, tol=None, window=1, num_samples=4)
    by_hand = fit(target, 3, grad=target.gradient, rng=rng(5), **settings)
    automatic = fit(target, 3, rng=rng(5), **settings)
    for name in ("loc", "scale", "elbo"):
        np.testing.assert_allclose(getattr(by_hand, name), getattr(automatic, name), rtol=1e-8)


# --- Other targets ------------------------------------------------------------------------------------


def test_a_normal_model_learned_from_minibatches_is_its_posterior():
    """With the factor N / M left out, the deviation would be sqrt(N / M) = 3.2 times too large."""
    x = rng(1).normal(1.5, 2.0, 1000)
    exact = NormalNormal(0.0, 3.0, 2.0).posterior(x)

    def grad(z, index, weight):
        return -z / 9 + weight * ((x[index] - z) / 4).sum(axis=1, keepdims=True)

    fitted = fit(None, 1, grad=grad, rng=rng(), num_data=1000, batch_size=100, learning_rate=0.01,
                 elbo_every=None)
    assert fitted.loc[0] == pytest.approx(exact.loc, abs=0.1 * exact.scale)
    assert fitted.scale[0] == pytest.approx(exact.scale, rel=0.1)


def test_every_pass_shows_every_row_once_and_weights_make_up_for_what_is_left_out():
    passes = [[]]

    def grad(z, index, weight):
        assert weight * len(index) == pytest.approx(10)
        passes[-1].append(index)
        if len(passes[-1]) == 3:
            passes.append([])
        return -z

    fit(None, 2, grad=grad, rng=rng(), num_data=10, batch_size=4, max_iter=9, tol=None, elbo_every=None)
    orders = [np.concatenate(batches) for batches in passes[:3]]
    assert [len(batch) for batch in passes[0]] == [4, 4, 2]
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert list(orders[0]) != list(orders[1])


def test_positive_values_fitted_on_the_log_scale():
    """Gamma(30, 10), nearly normal in its logarithm: the best normal misses it by a few thousandths."""
    q = Gamma(30.0, 10.0)
    model = constrain(lambda x: 29 * anp.log(x[:, 0]) - 10 * x[:, 0], positive(1))
    fitted = fit(model.log_joint, 1, rng=rng())
    draws = model.forward(fitted.q.sample(rng(1), 20_000))[:, 0]
    assert draws.mean() == pytest.approx(q.mean, rel=0.02)
    assert draws.std() == pytest.approx(np.sqrt(q.variance), rel=0.05)


def test_a_probability_and_a_simplex_fitted_through_their_transforms():
    heads, tails = 14, 7
    coin = constrain(lambda p: heads * anp.log(p[:, 0]) + tails * anp.log(1 - p[:, 0]), unit_interval(1))
    fitted = fit(coin.log_joint, 1, rng=rng(), tol=0.1)
    assert coin.forward(fitted.q.sample(rng(), 20_000)).mean() == pytest.approx(15 / 23, abs=0.01)
    bound = elbo(coin.log_joint, fitted.q, rng(), 4000)
    log_evidence = BetaBernoulli(1.0, 1.0).log_evidence(heads, tails)
    assert log_evidence - 0.05 < bound.value < log_evidence + 4 * bound.std_error

    counts = np.array([12.0, 5.0, 30.0])
    shares = constrain(lambda p: anp.log(p) @ counts, simplex(3))
    fitted = fit(shares.log_joint, 2, family="full_rank", rng=rng(), tol=0.1)
    mean = shares.forward(fitted.q.sample(rng(), 20_000)).mean(axis=0)
    np.testing.assert_allclose(mean, Dirichlet(counts + 1).mean, atol=0.015)


def test_logistic_regression_finds_the_slope_that_made_the_data():
    r = rng(3)
    X, w = r.normal(size=(500, 3)), np.array([1.0, -2.0, 0.5])
    y = (r.random(500) < expit(X @ w)) * 1.0

    def grad(z):
        logits = z @ X.T
        values = (y * logits - np.logaddexp(0, logits)).sum(axis=1) - 0.5 * (z**2).sum(axis=1)
        return values, (y - expit(logits)) @ X - z

    fitted = fit(None, 3, grad=grad, rng=rng(), family="full_rank", tol=0.05)
    assert (np.abs(fitted.loc - w) < 4 * fitted.scale).all()


# --- Steps, averages and when to stop -----------------------------------------------------------------


def test_the_same_generator_gives_the_same_fit_and_another_gives_another():
    target = Target(2, 3)
    one, same, other = (
        fit(None, 3, grad=target.pair, rng=rng(seed), max_iter=700, tol=None) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.loc, same.loc)
    np.testing.assert_array_equal(one.elbo, same.elbo)
    assert (one.loc != other.loc).all()


@pytest.mark.parametrize("max_iter", [3, 10, 17])
def test_with_a_fixed_number_of_steps_q_is_the_average_of_the_last_window(max_iter):
    seen = []
    def remember(step, loc, scale, estimate):
        seen.append((step, loc, np.log(scale), estimate))

    fitted = fit(None, 2, grad=lambda z: 3 - z, rng=rng(), max_iter=max_iter, tol=None, window=10,
                 elbo_every=None, callback=remember)
    assert [step for step, *_ in seen] == list(range(1, max_iter + 1))
    assert not fitted.converged and fitted.n_iter == max_iter and fitted.elbo.size == 0
    np.testing.assert_allclose(fitted.loc, np.mean([loc for _, loc, _, _ in seen[-10:]], axis=0))
    last = np.array([log_scale for _, _, log_scale, _ in seen[-10:]])
    np.testing.assert_allclose(np.log(fitted.scale), last.mean(axis=0))
    assert {estimate for *_, estimate in seen} == {None}
    assert len(np.unique(last[:, 0])) == min(max_iter, 10)      # callbacks got copies


def test_a_schedule_is_followed_and_left_alone():
    fitted = fit(None, 2, grad=lambda z: -z, rng=rng(), max_iter=5000, learning_rate=lambda t: 0.5 / t**0.7,
                 elbo_every=None)
    assert fitted.learning_rate == 0.5 / fitted.n_iter**0.7


def test_noise_halves_the_learning_rate_until_the_averages_rest():
    target = Target(2, 3)
    fitted = fit(None, 3, grad=target.gradient, rng=rng(), num_samples=1, elbo_every=None)
    assert fitted.converged and np.log2(0.05 / fitted.learning_rate) == pytest.approx(
        round(np.log2(0.05 / fitted.learning_rate))) and fitted.learning_rate < 0.05


def test_small_steps_are_not_taken_for_convergence():
    """A scale that starts a thousand times too large, and noise that halves the rate before it has shrunk."""
    target = MultivariateNormal([1.0, -1.0], np.diag([1e-4, 1e-6]))
    precision = np.linalg.inv(target.covariance)
    fitted = fit(None, 2, grad=lambda z: (target.loc - z) @ precision, rng=rng(3), num_samples=1,
                 elbo_every=None)
    assert_close(fitted, target, 3 * 0.02)


def test_too_few_steps_are_reported_once():
    with pytest.warns(ConvergenceWarning, match="max_iter = 700") as caught:
        fitted = fit(None, 2, grad=lambda z: 100 - z, rng=rng(), max_iter=700, elbo_every=None)
    assert len(caught) == 1 and not fitted.converged and caught[0].filename == __file__


def test_the_elbo_is_evaluated_no_more_than_asked():
    calls = []

    def log_joint(z):
        calls.append(len(z))
        return -0.5 * (z**2).sum(axis=1)

    fitted = fit(log_joint, 2, grad=lambda z: -z, rng=rng(), max_iter=100, tol=None, elbo_every=25)
    assert len(calls) == 4 and list(fitted.elbo_steps) == [25, 50, 75, 100]
    fit(log_joint, 2, grad=lambda z: -z, rng=rng(), max_iter=100, tol=None, elbo_every=None)
    fit(None, 2, grad=lambda z: (z[:, 0], -z), rng=rng(), max_iter=100, tol=None)
    assert len(calls) == 4


@pytest.mark.parametrize("family", ["mean_field", "full_rank"])
@pytest.mark.parametrize("entropy", ["closed", "path"])
def test_float32_is_used_all_the_way(family, entropy):
    seen = set()

    def grad(z):
        seen.add(z.dtype)
        return -z

    fitted = fit(None, 3, grad=grad, rng=rng(), dtype=np.float32, family=family, entropy=entropy,
                 max_iter=2000, tol=None, elbo_every=None)
    assert seen == {np.dtype(np.float32)}
    assert {fitted.loc.dtype, fitted.scale.dtype, fitted.q.covariance.dtype} == {np.dtype(np.float32)}
    assert fitted.elbo.dtype == np.float64
    np.testing.assert_allclose(fitted.scale, 1, atol=0.1)
    automatic = fit(lambda z: -0.5 * anp.sum(z**2, axis=1), 3, rng=rng(), dtype="float32", max_iter=20,
                    tol=None)
    assert automatic.loc.dtype == np.float32


# --- What can go wrong --------------------------------------------------------------------------------


def test_divergence_names_the_step_and_what_to_try():
    def grad(z):
        return np.where(np.abs(z) > 3, NAN, 5.0)

    advice = r"gradient.*at step \d+, .*learning_rate than 0.05.*start"
    with pytest.raises(ArithmeticError, match=advice) as caught:
        fit(None, 2, grad=grad, rng=rng(), scale=0.1, elbo_every=None)
    assert 20 < int(str(caught.value).split("at step ")[1].split(",")[0]) < 70
    with pytest.raises(ArithmeticError, match="ELBO is NaN or infinite at step 4"):
        fit(lambda z: np.full(len(z), -np.inf), 2, grad=lambda z: -z, rng=rng(), elbo_every=4)


def test_an_improper_posterior_ends_in_an_error_not_in_a_number():
    """exp grows without bound and so does q's scale."""
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(ArithmeticError, match="step"):
        fit(None, 1, grad=lambda z: z**3, rng=rng(), elbo_every=None)


@pytest.mark.parametrize("stop", [1, 37, 640])
def test_control_c_keeps_what_there_is_and_says_so(stop):
    seen = []

    def callback(step, loc, scale, estimate):
        seen.append(loc)
        if step == stop:
            raise KeyboardInterrupt

    with pytest.warns(ConvergenceWarning, match=f"interrupted at step {stop}") as caught:
        fitted = fit(None, 2, grad=lambda z: (z[:, 0], 3 - z), rng=rng(), callback=callback)
    assert len(caught) == 1 and fitted.interrupted and not fitted.converged
    assert fitted.n_iter == stop == len(fitted.elbo)
    kept = seen if stop <= 500 else seen[:500]                  # 140 steps of the second window are too few
    np.testing.assert_allclose(fitted.loc, np.mean(kept, axis=0))
    assert np.isfinite(fitted.q.sample(rng())).all()


def test_control_c_before_the_first_step_returns_the_start():
    def grad(z):
        raise KeyboardInterrupt

    with pytest.warns(ConvergenceWarning, match="interrupted at step 0"):
        fitted = fit(None, 2, grad=grad, rng=rng(), loc=[1.0, 2.0], learning_rate=lambda t: 1 / t)
    np.testing.assert_array_equal(fitted.loc, [1, 2])
    assert fitted.n_iter == 0


def test_a_bar_is_shown_when_tqdm_is_there_and_one_sentence_when_it_is_not(monkeypatch):
    bars = []

    class Bar:
        def __init__(self, total):
            self.total, self.done, self.closed = total, 0, False
            bars.append(self)

        def update(self, n=1):
            self.done += n

        def close(self):
            self.closed = True

    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", types.SimpleNamespace(tqdm=Bar))
    settings = dict(grad=lambda z: -z, max_iter=30, tol=None, elbo_every=None, progress=True)
    fit(None, 2, rng=rng(), **settings)
    assert [(one.total, one.done, one.closed) for one in bars] == [(30, 30, True)]
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.warns(UserWarning, match="tqdm, which is not installed") as caught:
        assert fit(None, 2, rng=rng(), **settings).n_iter == 30
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bar(False, 10).update()


@pytest.mark.parametrize("change, message", [
    (dict(log_joint=3), "log_joint"),
    (dict(log_joint=None), "log_joint"),
    (dict(log_joint=lambda z: z), "shape"),
    (dict(log_joint=lambda z: anp.sum(z)), "shape"),
    (dict(dim=0), "dim"),
    (dict(dim=2.0), "dim"),
    (dict(rng=1), "rng"),
    (dict(family="diagonal"), "family"),
    (dict(grad=3), "grad"),
    (dict(grad=lambda z: z[0]), "grad"),
    (dict(grad=lambda z: (z, z)), "values"),
    (dict(num_samples=0), "num_samples"),
    (dict(learning_rate=0.0), "learning_rate"),
    (dict(learning_rate=lambda t: -1.0), "learning_rate"),
    (dict(max_iter=0), "max_iter"),
    (dict(tol=0.0), "tol"),
    (dict(window=0), "window"),
    (dict(entropy="sampled"), "entropy"),
    (dict(loc=[1.0, 2.0, 3.0]), "loc"),
    (dict(loc=NAN), "loc"),
    (dict(scale=-1.0), "scale"),
    (dict(scale=[1.0]), "scale"),
    (dict(num_data=10), "num_data and batch_size"),
    (dict(num_data=10, batch_size=11), "batch_size"),
    (dict(num_data=10, batch_size=0), "batch_size"),
    (dict(elbo_every=0), "elbo_every"),
    (dict(dtype=int), "dtype"),
    (dict(dtype="nonsense"), "dtype"),
    (dict(callback=3), "callback"),
])
def test_bad_input_is_named(change, message):
    good = dict(log_joint=lambda z: -anp.sum(z**2, axis=1), dim=2, rng=rng(), max_iter=3, tol=None)
    with pytest.raises(ValueError, match=message):
        fit(**good | change)


def test_a_missing_log_joint_is_missed_only_where_a_value_is_wanted():
    with pytest.raises(ValueError, match="elbo_every"):
        fit(None, 2, grad=lambda z: -z, rng=rng())


def test_a_function_that_autograd_cannot_follow_is_told_how_to_be_followed():
    with pytest.raises(TypeError, match="autograd.numpy"):
        fit(lambda z: stats.norm.logpdf(z).sum(axis=1), 2, rng=rng())
    with pytest.raises(ZeroDivisionError):
        fit(lambda z: 1 / 0, 2, rng=rng())
    with pytest.raises(ValueError, match="my own"):
        fit(lambda z: (_ for _ in ()).throw(ValueError("my own")), 2, rng=rng())
