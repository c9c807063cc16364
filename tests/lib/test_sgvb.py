"""Gradients through randomness against exact ones, and the pieces that a fit is made of.

Statistical checks use fixed seeds, so they pass or fail for good. Standardised errors z = (estimate - exact)
/ standard error are pooled over N random problems: their mean must be within 4 / sqrt(N) of zero and their
mean square within 4 sqrt(2 / N) of one, for a correct estimator and fresh seeds each a false alarm with
probability 6e-5. The 120 values pooled at least make those bounds 0.37 and 0.52: a bias common to all of
three quarters of a standard error would be missed as rarely. A single check allows four standard errors.
"""

import itertools

import autograd.numpy as anp
import mpmath
import numpy as np
import pytest
from autograd import elementwise_grad, jacobian
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaincinv

from varinf.distributions import Beta, Dirichlet, Gamma, MultivariateNormal, Normal, kl
from varinf.elbo import Bound, elbo
from varinf.evidence import trapezoid
from varinf.sgvb import (
    Adam,
    constrain,
    gamma_implicit_gradient,
    minibatch_elbo,
    positive,
    real,
    reparameterization_gradient,
    score_gradient,
    sgvb_a,
    sgvb_b,
    simplex,
    unit_interval,
)

pytestmark = pytest.mark.filterwarnings("error")
forty = settings(derandomize=True, deadline=None, max_examples=40)
NAN, INF = float("nan"), float("inf")


def rng(seed=0):
    return np.random.default_rng(seed)


def assert_standard(z):
    """Standardised errors of unbiased estimates with right standard errors."""
    z = np.asarray(z).ravel()
    assert abs(z.mean()) < 4 / np.sqrt(z.size)
    assert abs((z**2).mean() - 1) < 4 * np.sqrt(2 / z.size)


def standardised(samples, exact):
    """(mean - exact) / standard error, for independent samples along axis 0."""
    return (samples.mean(axis=0) - exact) / (samples.std(axis=0, ddof=1) / np.sqrt(len(samples)))


class Cubic:
    """f(z) = b . z + z^T A z + sum c z^3 for z ~ N(loc, scale^2) in D dimensions, and its exact gradients."""

    def __init__(self, seed, dim=3):
        r = rng(seed)
        self.b, self.c, A = r.normal(size=dim), 0.1 * r.normal(size=dim), r.normal(size=(dim, dim))
        self.A = A + A.T
        self.q = Normal(r.normal(size=dim), r.uniform(0.3, 1.5, dim))

    def __call__(self, z):
        return z @ self.b + anp.sum(z * (z @ self.A), axis=1) + z**3 @ self.c

    def gradient(self, z):
        return self.b + 2 * z @ self.A + 3 * z**2 * self.c

    def exact(self):
        """Of E f = b.m + m^T A m + sum A_jj s_j^2 + sum c (m^3 + 3 m s^2), in m and in s."""
        m, s = self.q.loc, self.q.scale
        by_loc = self.b + 2 * self.A @ m + 3 * self.c * (m**2 + s**2)
        return by_loc, 2 * np.diag(self.A) * s + 6 * self.c * m * s


ESTIMATORS = {
    "reparameterisation": lambda f, *rest, **k: reparameterization_gradient(f, *rest, grad=f.gradient, **k),
    "score": score_gradient,
    "score, mean": lambda *a, **k: score_gradient(*a, control_variate="mean", **k),
    "score, optimal": lambda *a, **k: score_gradient(*a, control_variate="optimal", **k),
}
ELBO_ESTIMATORS = {
    "closed": lambda f, *rest: ESTIMATORS["reparameterisation"](f, *rest, entropy="closed"),
    "path": lambda f, *rest: ESTIMATORS["reparameterisation"](f, *rest, entropy="path"),
    "score, closed": lambda *a: score_gradient(*a, control_variate="mean", entropy="closed"),
    "score, sampled": lambda *a: score_gradient(*a, control_variate="mean", entropy="sampled"),
}


# --- Both gradients are unbiased ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reparameterisation", "score"])
def test_the_gradient_is_unbiased_and_its_draws_tell_its_error(name):
    z = []
    for seed in range(100):
        f = Cubic(seed)
        g = ESTIMATORS[name](f, f.q, rng(seed), 4000)
        for samples, exact in zip((g.loc_samples, g.scale_samples), f.exact()):
            z.append(standardised(samples, exact))
    assert_standard(z)


@pytest.mark.parametrize("name", ["score, mean", "score, optimal"])
@pytest.mark.parametrize("num_samples", [2, 3, 10])
def test_a_control_variate_adds_no_bias_however_few_the_draws(name, num_samples):
    """Leave-one-out: what is subtracted from a draw never saw it."""
    z = []
    for seed in range(20):
        f, r = Cubic(seed), rng(seed)
        estimates = [ESTIMATORS[name](f, f.q, r, num_samples)[:2] for _ in range(250)]
        z.append(standardised(np.array(estimates), np.array(f.exact())))
    assert_standard(z)


@pytest.mark.parametrize("name", ELBO_ESTIMATORS)
def test_the_gradient_of_the_elbo_is_unbiased(name):
    z = []
    for seed in range(20):
        f, r = Cubic(seed), rng(seed)
        by_loc, by_scale = f.exact()
        estimates = [ELBO_ESTIMATORS[name](f, f.q, r, 5)[:2] for _ in range(250)]
        z.append(standardised(np.array(estimates), np.array([by_loc, by_scale + 1 / f.q.scale])))
    assert_standard(z)


def test_a_score_without_the_log_density_is_the_gradient_of_something_else():
    """Famous mistake: E[score * log p(x, z)] misses the entropy, so at the posterior it is not zero."""
    posterior = Normal(0.5, 2.0)
    g = score_gradient(posterior.log_prob, posterior, rng(), 100_000)
    assert g.scale == pytest.approx(-1 / 2.0, abs=4 * g.scale_samples.std() / 100_000**0.5)


@forty
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 20))
def test_the_given_gradient_and_autograds_are_the_same(seed, dim, num_samples):
    f = Cubic(seed, dim)
    given_ = reparameterization_gradient(None, f.q, rng(seed), num_samples, grad=f.gradient, entropy="path")
    automatic = reparameterization_gradient(f, f.q, rng(seed), num_samples, entropy="path")
    pair = reparameterization_gradient(
        None, f.q, rng(seed), num_samples, grad=lambda z: (f(z), f.gradient(z)), entropy="path")
    for one, other, third in zip(given_, automatic, pair):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)
        np.testing.assert_array_equal(one, third)


@forty
@given(st.integers(0, 10**6))
def test_a_fully_differentiated_log_q_is_the_entropy_in_closed_form_draw_by_draw(seed):
    """d/d(loc, scale) of f(z) - log q(z; loc, scale) with z = loc + scale eps, by autograd."""
    f = Cubic(seed)
    eps = rng(seed).standard_normal((4, 3))

    def terms(parameters):
        loc, scale = parameters
        z = loc + scale * eps
        return f(z) - anp.sum(-0.5 * ((z - loc) / scale) ** 2 - anp.log(scale), axis=1)

    total = jacobian(terms)(np.stack([f.q.loc, f.q.scale]))
    g = reparameterization_gradient(f, f.q, rng(seed), 4, entropy="closed")
    np.testing.assert_allclose(g.loc_samples, total[:, 0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(g.scale_samples, total[:, 1], rtol=1e-9, atol=1e-9)


def test_both_estimators_draw_the_same_z_from_the_same_seed():
    seen = []

    def f(z):
        seen.append(z)
        return z.sum(axis=1)

    q = Normal(np.arange(3.0), np.ones(3))
    score_gradient(f, q, rng(4), 5)
    reparameterization_gradient(None, q, rng(4), 5, grad=lambda z: seen.append(z) or np.ones_like(z))
    np.testing.assert_array_equal(*seen)


def test_estimates_are_the_means_of_their_draws():
    f = Cubic(0)
    for estimate in ESTIMATORS.values():
        g = estimate(f, f.q, rng(), 7)
        assert g.loc_samples.shape == g.scale_samples.shape == (7, 3)
        np.testing.assert_allclose(g.loc, g.loc_samples.mean(axis=0))
        np.testing.assert_allclose(g.scale, g.scale_samples.mean(axis=0))


def test_a_single_number_is_a_variable_too():
    g = reparameterization_gradient(anp.sin, Normal(0.3, 0.8), rng(), 20_000)
    exact = np.cos(0.3) * np.exp(-0.32), -0.8 * np.sin(0.3) * np.exp(-0.32)     # E sin z = sin m e^(-s^2/2)
    for estimate, samples, value in zip(g[:2], g[2:], exact):
        assert samples.shape == (20_000,)
        assert estimate == pytest.approx(value, abs=4 * samples.std() / 20_000**0.5)


# --- Their noise --------------------------------------------------------------------------------------


def test_at_the_posterior_the_path_derivative_has_no_noise_and_the_closed_entropy_has():
    posterior = Normal(np.array([1.0, -2.0]), np.array([0.5, 3.0]))

    def log_joint(z):
        return -0.5 * anp.sum(((z - posterior.loc) / posterior.scale) ** 2, axis=1)

    path = reparameterization_gradient(log_joint, posterior, rng(), 50, entropy="path")
    closed = reparameterization_gradient(log_joint, posterior, rng(), 50, entropy="closed")
    assert np.abs(path.loc_samples).max() < 1e-14 and np.abs(path.scale_samples).max() < 1e-14
    np.testing.assert_allclose(closed.loc_samples.std(axis=0), 1 / posterior.scale, rtol=0.5)


def test_at_the_posterior_a_baseline_takes_all_noise_from_the_sampled_score_gradient():
    posterior = Normal(np.array([1.0, -2.0]), np.array([0.5, 3.0]))
    g = score_gradient(lambda z: posterior.log_prob(z).sum(axis=1) + 5, posterior, rng(), 50,
                       control_variate="mean", entropy="sampled")
    assert np.abs(g.loc_samples).max() < 1e-13 and np.abs(g.scale_samples).max() < 1e-13


def test_the_variances_of_a_square_are_the_ones_worked_by_hand():
    """f = z^2, z ~ N(0, 1), in loc: reparameterised 2 z, variance 4; score z^3, variance E z^6 = 15."""
    q = Normal(0.0, 1.0)
    pathwise = reparameterization_gradient(lambda z: z**2, q, rng(), 200_000)
    score = score_gradient(lambda z: z**2, q, rng(), 200_000)
    assert pathwise.loc_samples.var() == pytest.approx(4, abs=4 * np.sqrt(2 * 16 / 200_000))
    assert score.loc_samples.var() == pytest.approx(15, rel=0.1)


def test_reparameterisation_is_the_quieter_the_more_dimensions_and_the_score_wins_on_a_rough_function():
    def ratio(f, dim):
        q = Normal(np.zeros(dim), np.ones(dim))
        pathwise = reparameterization_gradient(f, q, rng(), 5000).loc_samples.var(axis=0).mean()
        return score_gradient(f, q, rng(), 5000).loc_samples.var(axis=0).mean() / pathwise

    def bowl(z):
        return -0.5 * anp.sum(z**2, axis=1)

    assert ratio(bowl, 1) > 2
    assert ratio(bowl, 100) > 50 * ratio(bowl, 1)
    assert ratio(lambda z: anp.sum(anp.sin(20 * z), axis=1), 1) < 0.05


@pytest.mark.parametrize("name", ["score, mean", "score, optimal"])
def test_a_constant_in_f_is_noise_that_a_control_variate_removes(name):
    f = Cubic(0)

    def lifted(z):
        return f(z) + 1000

    def noise(function, estimate):
        r = rng()
        return np.var([estimate(function, f.q, r, 10).loc for _ in range(300)], axis=0)

    assert (noise(lifted, score_gradient) > 100 * noise(lifted, ESTIMATORS[name])).all()


def test_a_mean_baseline_does_not_see_a_constant_at_all():
    f = Cubic(0)
    for one, other in zip(ESTIMATORS["score, mean"](lambda z: f(z) + 1000, f.q, rng(1), 10),
                          ESTIMATORS["score, mean"](f, f.q, rng(1), 10)):
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_float32_stays_float32_in_the_gradients():
    q = Normal(np.zeros(2, np.float32), np.ones(2, np.float32))
    pathwise = reparameterization_gradient(lambda z: anp.sum(z**2, axis=1), q, rng(), 3, entropy="path")
    score = score_gradient(total, q, rng(), 3, control_variate="optimal", entropy="sampled")
    for g in (pathwise, score):
        assert {array.dtype for array in g} == {np.dtype(np.float32)}


# --- The two estimators of the ELBO -------------------------------------------------------------------

PRIOR, DATA = Normal(np.zeros(2), np.ones(2)), np.array([0.7, -1.1])
Q = Normal(np.array([0.2, -0.4]), np.array([0.8, 0.6]))


def log_likelihood(z):
    return stats.norm.logpdf(DATA, z).sum(axis=1)


def log_joint(z):
    return log_likelihood(z) + stats.norm.logpdf(z).sum(axis=1)


def test_estimators_a_and_b_have_the_exact_elbo_as_their_mean():
    energy = (stats.norm.logpdf(DATA, Q.loc) - 0.5 * Q.scale**2).sum()
    exact = energy - kl(Q, PRIOR).sum()
    for bound in (sgvb_a(log_joint, Q, rng(), 40_000), sgvb_b(log_likelihood, Q, PRIOR, rng(), 40_000)):
        assert isinstance(bound, Bound)
        assert bound.value == pytest.approx(exact, abs=4 * bound.std_error)


def test_estimator_a_has_no_noise_at_the_posterior_and_b_has():
    posterior = Normal(DATA / 2, np.full(2, np.sqrt(0.5)))
    log_evidence = stats.norm.logpdf(DATA, 0, np.sqrt(2)).sum()
    assert sgvb_a(log_joint, posterior, rng(), 10).value == pytest.approx(log_evidence, abs=1e-13)
    assert sgvb_a(log_joint, posterior, rng(), 10).std_error < 1e-13
    assert sgvb_b(log_likelihood, posterior, PRIOR, rng(), 10).std_error > 0.1


def test_estimator_a_is_the_elbo_of_the_module_elbo():
    q = MultivariateNormal(Q.loc, np.diag(Q.scale**2))
    assert sgvb_a(log_joint, q, rng(3), 20) == elbo(log_joint, q, rng(3), 20)
    assert sgvb_a(log_joint, Q, rng(3), 20).value == pytest.approx(elbo(log_joint, q, rng(3), 20).value)


def test_one_draw_is_an_estimate_whose_error_nobody_knows():
    assert np.isnan(sgvb_a(log_joint, Q, rng()).std_error) and np.isfinite(sgvb_a(log_joint, Q, rng()).value)
    number = sgvb_b(lambda z: -z**2, Normal(0.0, 1.0), Normal(0.0, 2.0), rng())
    assert np.isnan(number.std_error) and type(number.value) is float


def test_draws_outside_the_support_cost_everything():
    assert sgvb_a(lambda z: np.where(z[:, 0] > 0.2, -INF, 0.0), Q, rng(), 50) == (-INF, INF)


def test_the_mean_over_all_minibatches_is_the_elbo_of_all_the_data():
    terms = rng().normal(size=6)
    every = [minibatch_elbo(terms[list(batch)], 2.5, 6) for batch in itertools.combinations(range(6), 2)]
    assert np.mean(every) == pytest.approx(terms.sum() - 2.5, abs=1e-12)
    assert minibatch_elbo([1.0, 2.0], 10.0, 20) == 20.0


# --- Implicit reparameterisation ----------------------------------------------------------------------


@pytest.mark.parametrize("a", [0.01, 0.1, 0.7, 1.0, 3.3, 40.0, 1e4])
def test_the_implicit_gradient_is_the_slope_of_the_quantile_function(a):
    eps = np.array([1e-4, 0.01, 0.3, 0.5, 0.9, 0.999])
    z, h = gammaincinv(a, eps), 1e-5 * a
    slope = (gammaincinv(a + h, eps) - gammaincinv(a - h, eps)) / (2 * h)
    np.testing.assert_allclose(gamma_implicit_gradient(z, Gamma(a, 1.0))[0], slope, rtol=2e-5, atol=1e-300)


@pytest.mark.parametrize("a, z", [
    (0.05, 1e-20), (0.5, 1e-6), (0.5, 20.0), (1.0, 1.0), (7.3, 1.2), (300.0, 420.0)])
def test_the_implicit_gradient_is_that_of_forty_digits(a, z):
    with mpmath.workdps(40):
        slope = mpmath.diff(lambda t: mpmath.gammainc(t, 0, z, regularized=True), a)
        density = mpmath.mpf(z) ** (a - 1) * mpmath.exp(-z) / mpmath.gamma(a)
        expected = float(-slope / density)
    assert gamma_implicit_gradient(z, Gamma(a, 1.0))[0] == pytest.approx(expected, rel=2e-9)


def test_gradients_through_gamma_draws_are_unbiased():
    """E[z^2] = a (a + 1) / b^2 and, for the log, E = digamma(a) - log b."""
    z = []
    for seed in range(60):
        r = rng(seed)
        a, b = r.uniform(0.3, 5), r.uniform(0.3, 5)
        draws = Gamma(a, b).sample(r, (4000,))
        by_a, by_b = gamma_implicit_gradient(draws, Gamma(a, b))
        z += [standardised(2 * draws * by_a, (2 * a + 1) / b**2),
              standardised(2 * draws * by_b, -2 * a * (a + 1) / b**3)]
    assert_standard(z)


def test_implicit_gradients_broadcast_keep_float32_and_are_zero_where_a_draw_underflowed():
    q = Gamma(np.array([0.5, 2.0], np.float32), np.float32(3))
    by_a, by_b = gamma_implicit_gradient(np.ones((4, 2), np.float32), q)
    assert by_a.shape == by_b.shape == (4, 2) and by_a.dtype == by_b.dtype == np.float32
    assert gamma_implicit_gradient(0.0, Gamma(1e-3, 1.0)) == (0.0, 0.0)


# --- Adam ---------------------------------------------------------------------------------------------


def adam_by_the_book(x, gradients, rate, beta1, beta2, epsilon):
    """Algorithm 1 of Kingma and Ba (2015), line by line, with the sign turned to go uphill."""
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        x = x + rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return x


@forty
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.5, 0.9]), st.sampled_from([0.0, 0.9, 0.999]),
       st.sampled_from([1e-8, 0.1]))
def test_adam_is_its_algorithm(seed, beta1, beta2, epsilon):
    r = rng(seed)
    gradients, x = r.normal(size=(30, 2, 3)) * np.exp(r.normal(size=3) * 3), r.normal(size=(2, 3))
    expected = adam_by_the_book(x, gradients, 0.01, beta1, beta2, epsilon)
    adam = Adam(0.01, beta1=beta1, beta2=beta2, epsilon=epsilon)
    for g in gradients:
        assert adam.step(x, g) is None
    np.testing.assert_allclose(x, expected, rtol=1e-12, atol=1e-12)
    assert adam.n_steps == 30


def test_adams_first_step_is_the_learning_rate_uphill_whatever_the_size_of_the_gradient():
    x = np.zeros(4)
    Adam(0.3).step(x, np.array([1e-3, -5.0, 1e6, 0.0]))
    np.testing.assert_allclose(x, [0.3, -0.3, 0.3, 0.0], rtol=2e-5)


def test_a_schedule_is_asked_at_every_step_and_float32_stays():
    asked, x = [], np.zeros(2, np.float32)
    adam = Adam(lambda t: asked.append(t) or 1 / t)
    for _ in range(3):
        adam.step(x, np.ones(2, np.float32))
    assert asked == [1, 2, 3] and x.dtype == np.float32
    np.testing.assert_allclose(x, 1 + 1 / 2 + 1 / 3, rtol=1e-5)


# --- Transforms ---------------------------------------------------------------------------------------

PARTS = {"real": real(2), "positive": positive(2), "unit_interval": unit_interval(2), "simplex": simplex(4)}


@pytest.mark.parametrize("name", PARTS)
@forty
@given(seed=st.integers(0, 10**6), spread=st.sampled_from([0.1, 1.0, 4.0]))
def test_the_jacobian_is_the_determinant_of_the_derivatives(name, seed, spread):
    model = constrain(lambda x: 0 * x[:, 0], PARTS[name])
    u = spread * rng(seed).normal(size=(1, model.dim))
    derivatives = jacobian(lambda u: PARTS[name].forward(u[None])[0])(u[0])[: model.dim]
    assert model.log_det(u)[0] == pytest.approx(np.linalg.slogdet(derivatives)[1], rel=1e-8, abs=1e-8)
    np.testing.assert_allclose(model.inverse(model.forward(u)), u, rtol=1e-7, atol=1e-7)


def test_values_land_where_they_belong_however_far_out():
    model = constrain(lambda x: 0 * x[:, 0], positive(1), unit_interval(1), simplex(3))
    x = model.forward(np.array([[-700.0, -700.0, -700.0, -700.0], [700.0, 30.0, 700.0, 700.0], [0.0] * 4]))
    assert (x[:, 0] > 0).all() and ((x[:, 1] >= 0) & (x[:, 1] <= 1)).all()
    np.testing.assert_allclose(x[:, 2:].sum(axis=1), 1)
    np.testing.assert_allclose(x[2], [1, 0.5, 1 / 3, 1 / 3, 1 / 3])
    assert np.isfinite(model.log_det(np.array([[-700.0] * 4, [700.0] * 4]))).all()


@pytest.mark.parametrize("part, q", [
    (positive(1), Gamma(2.0, 3.0)), (positive(1), Gamma(0.6, 3.0)), (unit_interval(1), Beta(0.5, 2.0))])
def test_a_density_on_the_real_line_still_integrates_to_one(part, q):
    model = constrain(lambda x: q.log_prob(x[:, 0]), part)
    assert trapezoid(lambda u: model.log_joint(u[:, None]), -60, 30, 20_001) == pytest.approx(0, abs=1e-6)


def test_a_dirichlet_on_the_real_plane_still_integrates_to_one():
    model = constrain(Dirichlet([2.0, 1.0, 3.0]).log_prob, simplex(3))
    assert trapezoid(model.log_joint, [-25, -25], [25, 25], 301) == pytest.approx(0, abs=1e-6)


def test_parts_stand_side_by_side_and_minibatches_pass_through():
    def log_joint(x, index, weight):
        return weight * anp.sum(x, axis=1) + len(index)

    model = constrain(log_joint, real(1), simplex(3), positive(2))
    u = rng().normal(size=(5, model.dim))
    assert model.dim == 5 and model.forward(u).shape == (5, 6)
    expected = 2 * model.forward(u).sum(axis=1) + 3 + model.log_det(u)
    np.testing.assert_allclose(model.log_joint(u, [0, 1, 2], 2), expected)
    slope = elementwise_grad(lambda u: model.log_joint(u, [0], 1.0))(u)
    nudge = np.array([0, 0, 1e-6, 0, 0])
    change = (model.log_joint(u + nudge, [0], 1.0) - model.log_joint(u - nudge, [0], 1.0)) / 2e-6
    np.testing.assert_allclose(slope[:, 2], change, rtol=1e-6, atol=1e-8)


# --- Hostile input ------------------------------------------------------------------------------------


def total(z):
    return np.sum(z, axis=1)


BAD = {
    "q": [dict(q=MultivariateNormal([0.0], [[1.0]])), dict(q=Gamma(1.0, 1.0)), dict(q=None),
          dict(q=Normal(np.zeros((2, 2)), 1.0))],
    "rng": [dict(rng=0), dict(rng=None), dict(rng=np.random.RandomState(0))],
    "num_samples": [dict(num_samples=0), dict(num_samples=2.5), dict(num_samples=True)],
    "entropy": [dict(entropy="exact"), dict(entropy=True)],
}


@pytest.mark.parametrize("function", [reparameterization_gradient, score_gradient])
@pytest.mark.parametrize("name, change", [(name, change) for name in BAD for change in BAD[name]])
def test_gradients_name_the_argument_that_is_wrong(function, name, change):
    good = dict(f=total, q=Normal(np.zeros(2), np.ones(2)), rng=rng(), num_samples=3)
    with pytest.raises(ValueError, match=name):
        function(**good | change)


def test_gradients_refuse_functions_that_are_none_or_return_nonsense():
    q = Normal(np.zeros(2), np.ones(2))
    for f, message in (
            (None, "callable"), (3, "callable"), (lambda z: z, "shape"), (lambda z: total(z) * NAN, "NaN")):
        for function in (reparameterization_gradient, score_gradient):
            with pytest.raises(ValueError, match=message):
                function(f, q, rng(), 3)
    with pytest.raises(ValueError, match="finite"):
        score_gradient(lambda z: np.full(len(z), -INF), q, rng(), 3)
    for grad, message in (
            (3, "grad"), (total, "grad"), (lambda z: z * NAN, "NaN"), (lambda z: (z, z), "values")):
        with pytest.raises(ValueError, match=message):
            reparameterization_gradient(None, q, rng(), 3, grad=grad)
    with pytest.raises(TypeError, match="autograd.numpy"):
        reparameterization_gradient(lambda z: stats.norm.logpdf(z).sum(axis=1), q, rng(), 3)
    with pytest.raises(ValueError, match="control_variate"):
        score_gradient(total, q, rng(), 3, control_variate="best")
    with pytest.raises(ValueError, match="num_samples"):
        score_gradient(total, q, rng(), 1, control_variate="mean")
    for function, entropy in ((score_gradient, "path"), (reparameterization_gradient, "sampled")):
        with pytest.raises(ValueError, match="entropy"):
            function(total, q, rng(), 3, entropy=entropy)


@pytest.mark.parametrize("call, message", [
    (lambda: sgvb_a(None, Q, rng()), "log_joint"),
    (lambda: sgvb_a(lambda z: z, Q, rng()), "shape"),
    (lambda: sgvb_a(log_joint, Gamma(1.0, 1.0), rng()), "q must be"),
    (lambda: sgvb_a(log_joint, Q, 7), "rng"),
    (lambda: sgvb_a(log_joint, Q, rng(), 0), "num_samples"),
    (lambda: sgvb_b(None, Q, PRIOR, rng()), "log_likelihood"),
    (lambda: sgvb_b(log_likelihood, Q, Gamma(1.0, 1.0), rng()), "one family"),
    (lambda: minibatch_elbo([], 0.0, 5), "log_likelihoods"),
    (lambda: minibatch_elbo([1.0, 2.0], 0.0, 1), "n_total"),
    (lambda: minibatch_elbo([1.0], [0.0], 1), "kl"),
    (lambda: minibatch_elbo([NAN], 0.0, 1), "NaN"),
    (lambda: gamma_implicit_gradient(1.0, Normal(0.0, 1.0)), "q must be"),
    (lambda: gamma_implicit_gradient(-1.0, Gamma(1.0, 1.0)), "z must be"),
    (lambda: gamma_implicit_gradient([NAN], Gamma(1.0, 1.0)), "NaN"),
    (lambda: gamma_implicit_gradient(1e5, Gamma(1.0, 1.0)), "underflows"),
    (lambda: gamma_implicit_gradient(1.0, Gamma(1e6, 1.0)), "underflows"),
    (lambda: Adam(0), "learning_rate"),
    (lambda: Adam(NAN), "learning_rate"),
    (lambda: Adam(beta1=1), "beta1"),
    (lambda: Adam(beta2=-0.1), "beta2"),
    (lambda: Adam(epsilon=0), "epsilon"),
    (lambda: Adam().step(np.zeros(2, int), np.ones(2)), "parameters"),
    (lambda: Adam().step([0.0], [1.0]), "parameters"),
    (lambda: Adam().step(np.zeros(2), np.ones(3)), "shape"),
    (lambda: Adam(lambda t: -1.0).step(np.zeros(2), np.ones(2)), "learning_rate"),
    (lambda: constrain(None, real(1)), "log_joint"),
    (lambda: constrain(total), "parts"),
    (lambda: constrain(total, 3), "parts"),
    (lambda: real(0), "n must"),
    (lambda: positive(1.5), "n must"),
    (lambda: unit_interval(None), "n must"),
    (lambda: simplex(1), "K must"),
    (lambda: constrain(total, positive(1)).forward([[1.0, 2.0]]), "columns"),
    (lambda: constrain(total, positive(1)).log_det([1.0]), "axes"),
    (lambda: constrain(total, positive(1)).inverse([[-1.0]]), "positive"),
    (lambda: constrain(total, real(1), unit_interval(1)).inverse([[0.0, 1.0]]), "unit_interval"),
    (lambda: constrain(total, simplex(2)).inverse([[0.6, 0.6]]), "simplex"),
])
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
