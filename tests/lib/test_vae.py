"""The gradients are right, the bounds are bounds, and training does what its options say."""

import copy
import pickle
import sys
import tracemalloc

import numpy as np
import pytest
from scipy import stats
from threadpoolctl import threadpool_limits

from varinf import datasets, evidence, sgvb
from varinf.distributions import MultivariateNormal, Normal, kl
from varinf.vae import VAE, ConvergenceWarning, binarize, warm_up
from varinf.vae._adam import LazyAdam
from varinf.vae._likelihoods import Bernoulli
from varinf.vae._likelihoods import Normal as NormalLikelihood
from varinf.vae._networks import ENCODER, Weights, forward
from varinf.vae._training import AutoEncodingVB, WakeSleep

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Products as small as these take longer when threads share them, and test processes run side by side."""
    with threadpool_limits(1):
        yield


def rng(seed=0):
    return np.random.default_rng(seed)


D, H, J = 5, 4, 2
MODELS = ["bernoulli", "fixed", "shared", "per_feature"]


def small(name, dtype=np.float64):
    """(weights, likelihood, x) with every weight random, and 7 data of the right kind."""
    weights = Weights((D, H, J, {"shared": 1, "per_feature": D}.get(name, 0)), dtype)
    weights.flat[:] = 0.7 * rng(1).standard_normal(weights.flat.size)
    if name == "bernoulli":
        return weights, Bernoulli(weights), (rng(2).random((7, D)) < 0.4).astype(dtype)
    likelihood = NormalLikelihood(weights, None if weights.log_scale.size else 0.6, 0.0)
    return weights, likelihood, rng(2).standard_normal((7, D)).astype(dtype)


def slope(function, array, step=1e-6):
    """Central differences of a function of nothing that looks at `array`, which is put back."""
    flat, gradient = array.reshape(-1), np.empty_like(array)
    for i in range(flat.size):
        kept, ends = flat[i], []
        for end in (kept + step, kept - step):
            flat[i] = end
            ends.append(function())
        flat[i] = kept
        gradient.flat[i] = (ends[0] - ends[1]) / (2 * step)
    return gradient


@pytest.fixture(scope="module")
def digits():
    return binarize(datasets.digits().data / 16, threshold=0.5)


@pytest.fixture(scope="module")
def trained(digits):
    return VAE(2, 100, learning_rate=0.005).fit(digits[:1500], epochs=60, validation=digits[1500:])


# --- Gradients ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kl_weight", [1.0, 0.3])
def test_the_gradient_is_that_of_finite_differences(name, kl_weight):
    weights, likelihood, x = small(name)
    passes = AutoEncodingVB(weights, likelihood, 10)            # more room than data

    def bound():
        value, kl_sum = passes.step(x, rng(), kl_weight)
        return value - kl_weight * kl_sum

    passes.step(x, rng(), kl_weight)
    np.testing.assert_allclose(passes.gradient.flat.copy(), slope(bound, weights.flat), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_a_step_returns_estimator_b_written_out_with_scipy(name):
    weights, likelihood, x = small(name)
    p = weights.named()
    value, kl_sum = AutoEncodingVB(weights, likelihood, 7).step(x, rng(), 1.0)
    h = np.tanh(x @ p["W1"] + p["b1"])
    mu, scale = h @ p["W_mu"] + p["b_mu"], np.exp((h @ p["W_log_var"] + p["b_log_var"]) / 2)
    z = mu + scale * rng().standard_normal(mu.shape)
    out = np.tanh(z @ p["W2"] + p["b2"]) @ p["W_out"] + p["b_out"]
    if name == "bernoulli":
        expected = stats.bernoulli.logpmf(x, 1 / (1 + np.exp(-out)))
    else:
        expected = stats.norm.logpdf(x, out, np.exp(p.get("log_scale", np.log(0.6))))
    assert value == pytest.approx(expected.sum(), rel=1e-12)
    assert kl_sum == pytest.approx(kl(Normal(mu, scale), Normal(0.0, 1.0)).sum(), rel=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_wake_sleep_climbs_log_p_in_the_decoder_and_log_q_of_dreams_in_the_encoder(name):
    weights, likelihood, x = small(name)
    passes = WakeSleep(weights, likelihood, 7)
    passes.step(x, rng(), 1.0)
    got, encoder = passes.gradient.flat.copy(), D * H + H + H * 2 * J + 2 * J
    still = copy.deepcopy(weights)              # neither draws nor dreams move with the weights
    wake = rng()
    mu, log_var = np.hsplit(forward(still.layers(ENCODER), x)[1], 2)
    z = mu + np.exp(log_var / 2) * wake.standard_normal(mu.shape)
    dreamt = wake.standard_normal(mu.shape)
    model = VAE()
    model._weights, model._model = weights, likelihood
    dream = likelihood.sample(model.decode(dreamt), wake)

    def log_p():
        return model.log_joint(x, z).sum()

    def log_q():
        mu, log_var = model.encode(dream)
        return stats.norm.logpdf(dreamt, mu, np.exp(log_var / 2)).sum()

    np.testing.assert_allclose(got[encoder:], slope(log_p, weights.flat)[encoder:], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(got[:encoder], slope(log_q, weights.flat)[:encoder], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("likelihood", ["bernoulli", "normal"])
def test_the_gradient_of_the_log_joint_in_z_is_that_of_finite_differences(likelihood):
    x = (rng().random((20, D)) < 0.5).astype(float)
    model = VAE(J, H, likelihood=likelihood, scale=0.5).fit(x, epochs=3)
    z = rng(1).standard_normal((6, J))
    values, gradient = model.log_joint_gradient(x[0], z)
    np.testing.assert_array_equal(values, model.log_joint(np.tile(x[0], (6, 1)), z))
    expected = slope(lambda: model.log_joint(x[0], z).sum(), z)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("dtype, rtol", [(np.float64, 1e-11), (np.float32, 2e-4)])
def test_lazy_adam_takes_the_steps_of_adam(dtype, rtol):
    """More steps than it takes for its scale to be renewed, more numbers than a block, gradients of all
    sizes."""
    size = 40_000
    lazy_theta, theta = np.zeros(size, dtype), np.zeros(size, dtype)
    lazy, adam, sizes = LazyAdam(theta, 0.01), sgvb.Adam(0.01), 10.0 ** rng(1).integers(-6, 3, size)
    draw = rng()
    for _ in range(600):
        gradient = (sizes * (0.2 + draw.standard_normal(size))).astype(dtype)
        adam.step(theta, gradient * dtype(0.25))
        lazy.step(lazy_theta, gradient, 0.25)
    np.testing.assert_allclose(lazy_theta, theta, rtol=rtol, atol=rtol)
    assert np.abs(theta).min() > 0.1                            # they did move


# --- Bounds -------------------------------------------------------------------------------------------


def test_the_bound_and_its_gap_add_up_to_the_evidence_by_quadrature():
    x = (rng().random((30, D)) < 0.5).astype(float)
    x[:, 1:3] = x[:, :1]                                        # something for z to say
    model = VAE(1, H, learning_rate=0.02).fit(x, epochs=100)
    one, grid = x[:1], np.linspace(-9, 9, 4001)
    (mu,), (log_var,) = (part[:, 0] for part in model.encode(one))
    log_q = stats.norm.logpdf(grid, mu, np.exp(log_var / 2))
    log_joint = model.log_joint(one[0], grid[:, None])
    log_evidence = evidence.trapezoid(lambda z: model.log_joint(one[0], z[:, None]), -9, 9, 4001)
    gap = np.trapezoid(np.exp(log_q) * (log_q - log_joint + log_evidence), grid)
    draws = 200_000
    assert gap > 1e-4
    assert model.elbo(one, rng(), draws)[0] + gap == pytest.approx(log_evidence, abs=0.01)
    assert model.log_evidence(one, rng(), draws)[0] == pytest.approx(log_evidence, abs=0.01)


def linear(seed=0, noise=0.5):
    """A VAE whose decoder is z A + b to seven digits, and its exact posterior and evidence: (vae, A, x)."""
    x = rng(seed).standard_normal((50, D))
    model = VAE(J, J, likelihood="normal", scale=noise).fit(x, epochs=1)
    A, p = rng(seed + 1).standard_normal((J, D)), model.params_
    p["W2"][:], p["b2"][:] = 1e-4 * np.eye(J), 0.0              # tanh(u) is u there
    p["W_out"][:], p["b_out"][:] = 1e4 * A, 0.3
    return model, A, x


def test_refining_a_linear_decoder_finds_the_best_factorised_posterior():
    """Means of the exact posterior, variances 1 / Lambda_jj (Bishop, section 10.1.2)."""
    model, A, x = linear()
    precision = np.eye(J) + A @ A.T / 0.25
    mu, log_var = model.refine(x, rng(), steps=800, num_samples=16)
    np.testing.assert_allclose(mu, np.linalg.solve(precision, A @ (x - 0.3).T / 0.25).T, atol=0.05)
    np.testing.assert_allclose(np.exp(log_var), np.tile(1 / np.diag(precision), (50, 1)), rtol=0.15)


def test_the_importance_weighted_evidence_of_a_linear_decoder_is_the_exact_one():
    model, A, x = linear()
    exact = MultivariateNormal(np.full(D, 0.3), A.T @ A + 0.25 * np.eye(D)).log_prob(x)
    q = model.refine(x, rng(), steps=500)
    got = model.log_evidence(x, rng(), 20_000, q=q)
    np.testing.assert_allclose(got, exact, atol=0.05)
    bound = model.elbo(x, rng(), 2000, q=q)
    precision = np.eye(J) + A @ A.T / 0.25
    # KL(factorised || exact), the same for every datum
    gap = 0.5 * (np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1])
    np.testing.assert_allclose(bound, exact - gap, atol=0.1)


def test_with_a_decoder_that_ignores_z_the_best_q_is_the_prior():
    model, _, x = linear()
    model.params_["W_out"][:] = 0
    mu, log_var = model.refine(x, rng())
    np.testing.assert_allclose(mu, 0, atol=0.01)
    np.testing.assert_allclose(log_var, 0, atol=0.01)


def test_more_importance_samples_raise_the_evidence_from_the_elbo(trained, digits):
    x = digits[1500:]
    bounds = [trained.log_evidence(x, rng(), K).mean() for K in (1, 5, 50, 500)]
    assert bounds[0] == pytest.approx(trained.elbo(x, rng(5), 20).mean(), abs=0.1)
    assert (np.diff(bounds) > 0.005).all()


def test_elbo_below_refined_elbo_below_evidence(trained, digits):
    """The two gaps of amortised inference, both there."""
    x = digits[1500:1600]
    q = trained.refine(x, rng())
    amortised, refined = trained.elbo(x, rng(1), 300), trained.elbo(x, rng(1), 300, q=q)
    evidence_ = trained.log_evidence(x, rng(2), 3000, q=q)
    assert amortised.mean() + 0.05 < refined.mean() < evidence_.mean() - 0.01
    assert (amortised < refined + 0.1).all()
    assert evidence_.mean() == pytest.approx(trained.log_evidence(x, rng(3), 3000).mean(), abs=0.05)


def test_the_kl_by_coordinate_adds_up_to_reconstruction_minus_bound(trained, digits):
    x = digits[1500:]
    mu, log_var = trained.encode(x)
    per_coordinate = trained.kl_per_coordinate(x)
    assert per_coordinate.shape == (2,)
    assert per_coordinate.sum() == pytest.approx(
        kl(Normal(mu, np.exp(log_var / 2)), Normal(0.0, 1.0)).sum(axis=1).mean())


def test_extreme_logits_neither_overflow_nor_round_to_minus_infinity():
    x = np.array([[0.0, 1.0, 1.0, 0.0]])
    model = VAE(1, 2).fit(np.tile(x, (4, 1)), epochs=1)
    model.params_["W_out"][:] = 0
    z = np.zeros((1, 1))
    for b, expected in (([-900.0, 900, 900, -900], 0.0), ([900.0, 900, -1e4, -900], -10_900.0)):
        model.params_["b_out"][:] = b
        value, gradient = model.log_joint_gradient(x, z)
        assert value[0] - stats.norm.logpdf(0) == pytest.approx(expected, abs=1e-12)
        np.testing.assert_array_equal(gradient, 0)
    assert set(np.unique(model.sample(rng(), 50))) == {0.0, 1.0}


def test_memory_does_not_grow_with_the_number_of_draws(trained, digits):
    peaks = []
    for draws in (2000, 20_000):
        tracemalloc.start()
        trained.log_evidence(digits[:5], rng(), draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


# --- Training -----------------------------------------------------------------------------------------


def test_on_digits_it_beats_the_best_model_with_independent_pixels(trained, digits):
    p = np.clip(digits[:1500].mean(axis=0), 1e-3, 1 - 1e-3)
    independent = stats.bernoulli.logpmf(digits[1500:], p).sum(axis=1).mean()
    assert trained.validation_elbo_[-1] > independent + 2.5
    assert trained.elbo_[0] < trained.elbo_[9] - 1 < trained.elbo_[-1] - 1.5
    assert trained.elbo_.shape == trained.kl_.shape == trained.validation_elbo_.shape == (60,)
    assert trained.n_iter_ == 60 and trained.n_steps_ == 900 and trained.n_samples_seen_ == 90_000


def test_wake_sleep_learns_too_and_ends_below(trained, digits):
    other = VAE(2, 100, method="wake_sleep", learning_rate=0.005)
    other.fit(digits[:1500], epochs=60, validation=digits[1500:])
    assert other.validation_elbo_[0] + 2 < other.validation_elbo_[-1] < trained.validation_elbo_[-1]


def test_the_recorded_bound_has_the_whole_kl_whatever_its_weight_in_training(digits):
    x = digits[:200]
    free, full = (VAE(2, 10).fit(x, epochs=1, batch_size=200, kl_weight=weight) for weight in (0.0, 1.0))
    assert free.elbo_[0] == full.elbo_[0]                       # one step: recorded before the weights moved
    assert not np.array_equal(free.params_["W_mu"], full.params_["W_mu"])


def test_without_the_kl_the_codes_drift_away_from_the_prior_and_with_too_much_they_collapse(digits):
    """An autoencoder is not a VAE (myth 19): its prior does not know where the codes are."""
    x = digits[:500]
    kls = [VAE(2, 50, learning_rate=0.005).fit(x, epochs=20, kl_weight=weight).kl_per_coordinate(x).sum()
           for weight in (0.0, 1.0, 50.0)]
    assert kls[0] > 3 * kls[1] and kls[1] > 1 and kls[2] < 0.05


def test_a_warm_up_keeps_coordinates_alive_that_a_full_kl_lets_die(digits):
    x = digits[:1500]
    models = [VAE(20, 100, learning_rate=0.003).fit(x, epochs=60, kl_weight=weight)
              for weight in (1.0, warm_up(40))]
    alive = [(model.kl_per_coordinate(x) > 0.02).sum() for model in models]
    assert alive[0] <= 17 and alive[1] >= 19


def test_warm_up_rises_in_a_straight_line_to_one():
    weight = warm_up(4)
    assert [weight(t) for t in (0.0, 1.0, 3.0, 4.0, 9.5)] == [0.0, 0.25, 0.75, 1.0, 1.0]


def test_a_kl_weight_is_asked_at_every_step_for_the_epochs_gone_by(digits):
    asked = []

    def weight(t):
        asked.append(t)
        return 1.0

    model = VAE(2, 5).fit(digits[:50], epochs=1, batch_size=20, kl_weight=weight)
    model.partial_fit(digits[:50], epochs=1, batch_size=20, kl_weight=weight)
    assert asked == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])
    assert model.n_samples_seen_ == 100                         # the short last batch too


def same(a, b):
    return np.array_equal(a._weights.flat, b._weights.flat) and np.array_equal(a.elbo_, b.elbo_)


@pytest.mark.parametrize("options", [
    {}, {"method": "wake_sleep"}, {"likelihood": "normal", "scale": "shared"}])
def test_the_fit_is_a_function_of_its_random_state(digits, options):
    a, b, c = (VAE(2, 10, random_state=state, **options).fit(digits[:300], epochs=3)
               for state in (1, rng(1), 2))
    assert same(a, b) and not same(a, c)
    assert same(a, a.fit(digits[:300], epochs=3))               # fit starts afresh


def test_two_calls_are_one_and_validation_changes_nothing(digits):
    once = VAE(2, 10).fit(digits[:300], epochs=6, kl_weight=warm_up(5))
    twice = VAE(2, 10).fit(digits[:300], epochs=2, kl_weight=warm_up(5), validation=digits[300:400])
    twice.partial_fit(digits[:300], epochs=4, kl_weight=warm_up(5))
    assert same(once, twice) and twice.n_iter_ == 6 and len(twice.validation_elbo_) == 2


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_as_the_original_would_and_leaves_it_alone(digits, copied):
    model = VAE(2, 10).fit(digits[:300], epochs=1)
    other, before = copied(model), model.params_["W1"].copy()
    other.partial_fit(digits[:300], epochs=2)
    np.testing.assert_array_equal(model.params_["W1"], before)
    assert not np.array_equal(other.params_["W1"], before)
    assert same(model.partial_fit(digits[:300], epochs=2), other)


@pytest.mark.parametrize("likelihood", ["bernoulli", "normal"])
def test_float32_stays_float32_and_agrees_with_float64(digits, likelihood):
    results = []
    for dtype in (np.float64, np.float32):
        x = digits[:300].astype(dtype)
        model = VAE(2, 20, likelihood=likelihood, scale=0.3, learning_rate=0.005).fit(x, epochs=30)
        q = model.encode(x)
        arrays = [*q, *model.params_.values(), model.decode(q[0]), model.decode_mean(q[0]),
                  model.sample(rng(), 3), *model.log_joint_gradient(x, q[0]),
                  model.elbo(x, rng()), model.log_evidence(x, rng(), 10), model.kl_per_coordinate(x),
                  *model.refine(x[:5], rng(), steps=2), model.log_joint(x, q[0])]
        assert {array.dtype for array in arrays} == {np.dtype(dtype)}
        results.append(model.elbo_[-1])
    assert results[0] == pytest.approx(results[1], rel=0.05)    # other draws, the same place


def test_new_pixels_are_drawn_each_time_from_grey_levels():
    grey = datasets.digits().data[:400] / 16
    model = VAE(2, 20, learning_rate=0.005).fit(
        grey, epochs=30, binarize=True, validation=binarize(grey[:100], rng()))
    assert model.validation_elbo_[-1] > model.validation_elbo_[0] + 1.5
    assert not same(model, VAE(2, 20, learning_rate=0.005).fit(binarize(grey, rng()), epochs=30))


def test_binarize_draws_pixels_with_the_grey_levels_as_probabilities():
    x = np.tile([0.0, 0.2, 0.9, 1.0], (20_000, 1))
    drawn = binarize(x, rng())
    assert set(np.unique(drawn)) == {0.0, 1.0}
    np.testing.assert_allclose(drawn.mean(axis=0), [0, 0.2, 0.9, 1], atol=0.015)
    np.testing.assert_array_equal(binarize(x, threshold=0.2), np.tile([0, 0, 1, 1], (20_000, 1)))
    assert binarize(x.astype(np.float32), rng()).dtype == np.float32


def test_a_learned_scale_finds_the_noise():
    z = rng().standard_normal((2000, 1))
    x = z * [1.0, 2.0, -1.0] + 5 + [0.5, 0.5, 0.5] * rng(1).standard_normal((2000, 3))
    model = VAE(1, 20, likelihood="normal", scale="shared", learning_rate=0.01).fit(x, epochs=40)
    assert model.scale_ == pytest.approx(0.5, rel=0.1)
    assert model.params_["log_scale"].shape == (1,)
    drawn = model.sample(rng(), 20_000)
    np.testing.assert_allclose(drawn.mean(axis=0), 5, atol=0.15)
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt([1.25, 4.25, 1.25]), rtol=0.15)


def test_a_learned_scale_of_a_constant_feature_sinks_without_end_unless_it_is_held():
    x = np.column_stack([rng().standard_normal(200), np.full(200, 3.0)])
    options = {"likelihood": "normal", "scale": "per_feature", "learning_rate": 0.02}
    free = VAE(1, 5, **options).fit(x, epochs=100)
    assert (np.diff(free.elbo_[[9, 49, 99]]) > 0.5).all() and free.scale_[1] < 0.05
    held = VAE(1, 5, min_scale=0.3, **options).fit(x, epochs=100)
    assert held.scale_[1] == pytest.approx(0.3) and held.elbo_[-1] < free.elbo_[-1] - 1


def test_a_bound_that_is_not_finite_raises_an_error_with_the_step_and_what_to_try():
    x = rng().standard_normal((50, 3))
    message = r"at step \d+, in epoch \d+ .* smaller learning_rate than 1e\+06"
    with pytest.raises(ArithmeticError, match=message):
        VAE(2, 5, likelihood="normal", learning_rate=1e6).fit(x, epochs=50, batch_size=10)


@pytest.mark.parametrize("within_an_epoch", [True, False])
def test_ctrl_c_keeps_what_there_is(digits, within_an_epoch):
    x = digits[:100]

    def stop(condition):
        if condition:
            raise KeyboardInterrupt
        return 1.0

    options = {"callback": lambda n, *_: stop(n == 2)}
    if within_an_epoch:
        options = {"kl_weight": lambda t: stop(t == 2.5)}
    model = VAE(2, 10)
    with pytest.warns(ConvergenceWarning, match="after 2 whole epochs"):
        model.fit(x, epochs=10, batch_size=50, **options)
    assert model.interrupted_ and model.n_iter_ == len(model.elbo_) == 2
    assert model.n_steps_ == (5 if within_an_epoch else 4)
    assert np.isfinite(model.elbo(x, rng())).all()
    model.partial_fit(x, epochs=3, batch_size=50)
    assert not model.interrupted_ and model.n_iter_ == 5


def test_the_callback_sees_every_epoch(digits):
    seen = []
    model = VAE(2, 5).fit(digits[:50], epochs=3, callback=lambda *arguments: seen.append(arguments))
    assert [(epoch, value) for epoch, _, value in seen] == list(zip((1, 2, 3), model.elbo_))
    assert all(vae is model for _, vae, _ in seen)


def test_progress_without_tqdm_says_so_and_goes_on(digits, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.warns(UserWarning, match="tqdm"):
        assert VAE(2, 5).fit(digits[:50], epochs=2, progress=True).n_iter_ == 2


def test_what_is_assigned_into_params_changes_the_model(digits):
    model = VAE(2, 5).fit(digits[:50], epochs=1)
    model.params_["b_out"][:], model.params_["W_out"][:] = 2.0, 0.0
    np.testing.assert_allclose(model.decode(np.zeros((3, 2))), 2.0)
    np.testing.assert_allclose(model.decode_mean(np.zeros((3, 2))), 1 / (1 + np.exp(-2.0)))
    shapes = {name: array.shape for name, array in model.params_.items()}
    assert shapes == {"W1": (64, 5), "b1": (5,), "W_mu": (5, 2), "b_mu": (2,), "W_log_var": (5, 2),
                      "b_log_var": (2,), "W2": (2, 5), "b2": (5,), "W_out": (5, 64), "b_out": (64,)}


# --- Hostile input ------------------------------------------------------------------------------------


def test_grey_levels_are_refused_with_the_reason(digits):
    grey = datasets.digits().data[:50] / 16
    reason = r"must be 0 or 1 .* not a normalised density, so its average bounds nothing; .* value of 0\.\d+"
    with pytest.raises(ValueError, match="X " + reason):
        VAE().fit(grey)
    model = VAE(2, 5).fit(digits[:50], epochs=1)
    for use in (model.encode, model.partial_fit, lambda x: model.elbo(x, rng())):
        with pytest.raises(ValueError, match="X " + reason):
            use(grey)
    with pytest.raises(ValueError, match="validation " + reason):
        model.partial_fit(digits[:50], validation=grey)


X = np.eye(4)


@pytest.mark.parametrize("settings, options, message", [
    ({"latent_dim": 0}, {}, "latent_dim must be an integer of at least 1; got 0"),
    ({"hidden": 2.5}, {}, "hidden must be an integer"),
    ({"likelihood": "poisson"}, {}, "likelihood must be one of 'bernoulli', 'normal'; got 'poisson'"),
    ({"likelihood": "normal", "scale": "free"}, {}, "scale must be one of 'shared', 'per_feature'"),
    ({"likelihood": "normal", "scale": -1.0}, {}, "scale must be greater than 0"),
    ({"min_scale": -1.0}, {}, "min_scale must be a number of at least 0; got -1.0"),
    ({"method": "em"}, {}, "method must be one of 'aevb', 'wake_sleep'"),
    ({"learning_rate": 0.0}, {}, "learning_rate must be greater than 0"),
    ({"random_state": -1}, {}, "random_state must be"),
    ({}, {"epochs": 0}, "epochs must be an integer of at least 1"),
    ({}, {"batch_size": 0}, "batch_size must be an integer of at least 1"),
    ({}, {"kl_weight": -0.1}, "kl_weight must be a finite number of at least 0; got -0.1"),
    ({}, {"kl_weight": lambda t: np.nan}, "kl_weight must be a finite number of at least 0; got nan"),
    ({"method": "wake_sleep"}, {"kl_weight": 0.5}, "kl_weight must be 1 for method='wake_sleep'"),
    ({}, {"validation": np.eye(3)}, "validation must be of 4 features, as in fit; got shape"),
    ({}, {"callback": 3}, "callback must be callable"),
    ({"likelihood": "normal"}, {"binarize": True}, "binarize must be False for likelihood='normal'"),
])
def test_a_wrong_setting_is_named(settings, options, message):
    with pytest.raises(ValueError, match=message):
        VAE(**settings).fit(X, **options)


@pytest.mark.parametrize("data, options, message", [
    (np.ones(4), {}, "X must be an array with 2 axes"),
    (np.empty((0, 4)), {}, "X must be non-empty"),
    ([[np.nan, 1.0]], {}, "X must be free of NaN"),
    (2 * X, {"binarize": True}, "X must be between 0 and 1"),
])
def test_wrong_data_are_named(data, options, message):
    with pytest.raises(ValueError, match=message):
        VAE().fit(data, **options)


def test_constant_data_have_no_scale_to_learn():
    with pytest.raises(ValueError, match="X must be varied for a learned scale"):
        VAE(likelihood="normal", scale="shared").fit(np.ones((5, 3)))


@pytest.mark.parametrize("use, message", [
    (lambda v: v.encode(np.eye(3)), "X must be of 4 features, as in fit; got shape .3, 3"),
    (lambda v: v.decode(np.zeros((1, 3))), "z must be of shape .n, 2.; got shape .1, 3."),
    (lambda v: v.sample(0, 3), "rng must be a numpy.random.Generator"),
    (lambda v: v.sample(rng(), 0), "size must be an integer of at least 1"),
    (lambda v: v.elbo(X, 0), "rng must be a numpy.random.Generator"),
    (lambda v: v.elbo(X, rng(), 0), "num_samples must be an integer"),
    (lambda v: v.elbo(X, rng(), q=np.zeros((4, 3))), "q must be a pair"),
    (lambda v: v.elbo(X, rng(), q=(np.zeros((3, 2)),) * 2), "mu must be of shape .4, 2."),
    (lambda v: v.refine(X, rng(), steps=0), "steps must be an integer"),
    (lambda v: v.log_joint(X, np.zeros((3, 2))), "x must be one datum, or as many as z has rows .3."),
    (lambda v: binarize(X), "binarize must be given either rng or threshold; got neither"),
    (lambda v: binarize(X, rng(), threshold=0.5), "binarize must be given either rng or threshold; got both"),
    (lambda v: binarize(2 * X, rng()), "X must be between 0 and 1"),
    (lambda v: warm_up(0), "epochs must be greater than 0"),
])
def test_wrong_use_is_named(use, message):
    with pytest.raises(ValueError, match=message):
        use(VAE(2, 3).fit(X, epochs=1))


@pytest.mark.parametrize("use", [
    lambda v: v.encode(X), lambda v: v.decode(np.zeros((1, 2))), lambda v: v.sample(rng(), 1),
    lambda v: v.params_, lambda v: v.log_evidence(X, rng()), lambda v: v.scale_,
])
def test_before_fit_it_asks_for_fit(use):
    with pytest.raises(ValueError, match="VAE must be fitted before"):
        use(VAE())


def test_a_bernoulli_likelihood_has_no_scale():
    with pytest.raises(AttributeError, match="no scale"):
        VAE(2, 3).fit(X, epochs=1).scale_
