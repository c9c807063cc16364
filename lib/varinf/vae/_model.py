"""The variational autoencoder as an estimator."""

import math
import warnings

import numpy as np

from varinf._ascent import ConvergenceWarning, check_tolerance
from varinf._check import (
    _fail,
    check_callable,
    check_finite,
    check_fitted,
    check_in_interval,
    check_integer,
    check_option,
    check_random_state,
    check_rng,
)
from varinf._progress import bar
from varinf.vae import _evaluation
from varinf.vae._adam import LazyAdam
from varinf.vae._likelihoods import Bernoulli, Normal
from varinf.vae._networks import DECODER, ENCODER, Weights, forward
from varinf.vae._training import AutoEncodingVB, WakeSleep, gradient_in_z

_METHODS = {"aevb": AutoEncodingVB, "wake_sleep": WakeSleep}


class VAE:
    """Variational autoencoder: a latent-variable model and one network that infers z for every datum.

    p(z) = N(0, I); p(x | z) from the decoder, y = tanh(z W2 + b2) W_out + b_out;
    q(z | x) = N(mu, diag exp(log_var)) from the encoder, h = tanh(x W1 + b1), mu = h W_mu + b_mu,
    log_var = h W_log_var + b_log_var.

    latent_dim : J, dimensions of z.
    hidden : H, hidden units of each network.
    likelihood : "bernoulli", for pixels that are 0 or 1, with logits y; or "normal", x_d ~ N(y_d, scale^2).
    scale : of the normal likelihood, in the units of X: a number, which stays; "shared", one that is learned;
        or "per_feature", one learned for each. A learned likelihood has no maximum where the decoder can be
        exact: for a feature that is constant, log p grows without end as its scale goes to 0.
    min_scale : the least a learned scale may become; 0 for no limit.
    method : "aevb", stochastic gradients of the ELBO (SGVB estimator B, one draw a datum); or "wake_sleep",
        where the encoder learns from dreams.
    learning_rate : Adam's. It may be changed between `fit` and `partial_fit`.
    random_state : an integer or a numpy.random.Generator, for the start, the order of the data and the draws.

    Learned: `params_`, a dict of arrays, which are views: W1 (D, H), b1 (H,), W_mu (H, J), b_mu (J,),
    W_log_var (H, J), b_log_var (J,), W2 (J, H), b2 (H,), W_out (H, D), b_out (D,) and, if learned, log_scale
    (1,) or (D,); float32 if X is. `elbo_`, a value an epoch: the average over the epoch of log p(x | z) - KL
    at the draws that training made, in nats a datum, while the weights moved. `kl_`: its KL.
    `validation_elbo_`: the bound of the validation data after each epoch, if there are any. `n_iter_` epochs,
    `n_steps_`, `n_samples_seen_`, `interrupted_`, `scale_` (normal).
    Source: chapter 7, "From one q per datum to one network for all"; Kingma and Welling (2014), sections 3
    and 5. Their optimiser is Adagrad, this is Adam.
    """

    def __init__(
        self, latent_dim=2, hidden=500, *, likelihood="bernoulli", scale=1.0, min_scale=0.0, method="aevb",
        learning_rate=0.001, random_state=0,
    ):
        self.latent_dim, self.hidden, self.likelihood = latent_dim, hidden, likelihood
        self.scale, self.min_scale, self.method = scale, min_scale, method
        self.learning_rate, self.random_state = learning_rate, random_state

    # --- Training -------------------------------------------------------------------------------------

    def fit(self, X, **options):
        """Start afresh and train on X (n, D); the options are those of `partial_fit`. Returns self."""
        self.__dict__.pop("_weights", None)
        return self.partial_fit(X, **options)

    def partial_fit(
        self, X, *, epochs=10, batch_size=100, kl_weight=1.0, validation=None, binarize=False, callback=None,
        progress=False,
    ):
        """Train on X (n, D) for some more epochs, from where the last call stopped. Returns self.

        epochs : passes over X, each in a new order. Two calls with 2 and 4 epochs are one with 6.
        batch_size : data a step; the last of an epoch may be fewer.
        kl_weight : of the KL in what is climbed: a number, at least 0, or a function of the epochs since
            `fit` began, t = 0.0 at the first step, such as `warm_up(20)`. What is recorded has the whole KL.
        validation : (m, D), data whose bound is recorded after each epoch, with the same draws each time.
        binarize : X holds probabilities, from 0 to 1, from which new pixels are drawn each time.
        callback : function (epoch, vae, elbo) after each epoch.
        progress : show a bar, if tqdm is installed.

        Ctrl-C ends the training, keeps what there is and warns with ConvergenceWarning. Raises
        ArithmeticError, with the step, if the bound is NaN or infinite; ValueError for invalid arguments.
        """
        epochs, batch_size = check_integer(epochs, "epochs"), check_integer(batch_size, "batch_size")
        if callback is not None:
            check_callable(callback, "callback")
        if self.method == "wake_sleep" and (callable(kl_weight) or kl_weight != 1):
            _fail("kl_weight", "1 for method='wake_sleep', which does not climb a bound", repr(kl_weight))
        weight = kl_weight if callable(kl_weight) else lambda t: kl_weight
        X = check_finite(X, "X", ndim=2)
        if not hasattr(self, "_weights"):
            self._start(X, binarize)
        X = self._check_data(X, binarize)
        validation = None if validation is None else self._check_data(validation, name="validation")
        passes = _METHODS[self.method](self._weights, self._model, min(batch_size, len(X)))
        self._adam.learning_rate = check_tolerance(self.learning_rate, "learning_rate")
        self.interrupted_, shown = False, bar(progress, epochs)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # what comes of them is looked at every step
                for _ in range(epochs):
                    value, kl = self._epoch(X, passes, batch_size, weight, binarize)
                    self._record(value, kl, validation)
                    shown.update()
                    if callback is not None:
                        callback(self.n_iter_, self, value - kl)
        except KeyboardInterrupt:
            self.interrupted_ = True
            warnings.warn(
                f"Training was interrupted at step {self.n_steps_ + 1}, after {self.n_iter_} whole epochs: "
                "the weights are those of that step.", ConvergenceWarning, stacklevel=2)
        finally:
            shown.close()
        return self

    def _start(self, X, binarize):
        J, H = check_integer(self.latent_dim, "latent_dim"), check_integer(self.hidden, "hidden")
        check_option(self.likelihood, "likelihood", ("bernoulli", "normal"))
        check_option(self.method, "method", tuple(_METHODS))
        learned = isinstance(self.scale, str) and check_option(self.scale, "scale", ("shared", "per_feature"))
        scale = None if learned else check_tolerance(self.scale, "scale")
        if not float(self.min_scale) >= 0:
            _fail("min_scale", "a number of at least 0", repr(self.min_scale))
        self._rng = check_random_state(self.random_state)
        D = X.shape[1]
        S = 0 if self.likelihood == "bernoulli" or not learned else 1 if learned == "shared" else D
        weights = Weights((D, H, J, S), X.dtype)
        binary, min_scale = self.likelihood == "bernoulli", float(self.min_scale)
        model = Bernoulli(weights) if binary else Normal(weights, scale, min_scale)
        _check_values(model, X, "X", binarize)
        weights.start(self._rng)
        model.start(X)
        self._weights, self._model, self._adam = weights, model, LazyAdam(weights.flat, 1.0)
        self.elbo_, self.kl_, self.validation_elbo_ = np.empty(0), np.empty(0), np.empty(0)
        self.n_iter_ = self.n_steps_ = self.n_samples_seen_ = 0

    def _epoch(self, X, passes, batch_size, weight, binarize):
        """Once through X; returns the averages over the data of log p(x | z) and of the KL."""
        order = self._rng.permutation(len(X))
        starts = range(0, len(X), batch_size)
        rows = np.empty((min(batch_size, len(X)), X.shape[1]), X.dtype)
        total = np.zeros(2)
        for i, start in enumerate(starts):
            index = order[start : start + batch_size]
            # mode="raise" would copy once more
            x = np.take(X, index, axis=0, out=rows[: len(index)], mode="clip")
            if binarize:
                np.less(self._rng.random(x.shape, x.dtype), x, out=x)
            beta = weight(self.n_iter_ + i / len(starts))
            if not 0 <= beta < math.inf:
                _fail("kl_weight", "a finite number of at least 0", repr(beta))
            sums = passes.step(x, self._rng, float(beta))
            if not math.isfinite(sums[0] - sums[1]):
                raise ArithmeticError(self._diverged(*sums))
            self._adam.step(self._weights.flat, passes.gradient.flat, 1 / len(x))
            self._model.hold()
            self.n_steps_ += 1
            self.n_samples_seen_ += len(x)
            total += sums
        return total / len(X)

    def _record(self, value, kl, validation):
        self.n_iter_ += 1
        self.elbo_, self.kl_ = np.append(self.elbo_, value - kl), np.append(self.kl_, kl)
        if validation is not None:
            bound = self.elbo(validation, np.random.default_rng(0)).mean(dtype=np.float64)
            self.validation_elbo_ = np.append(self.validation_elbo_, bound)

    def _diverged(self, value, kl):
        return (f"The bound is {value - kl} at step {self.n_steps_ + 1}, in epoch {self.n_iter_ + 1} "
                f"(log p(x | z) sums to {value:.3g}, the KL to {kl:.3g}). Try a smaller learning_rate than "
                f"{self.learning_rate:g}, features on a scale of about 1, or, if a scale is learned, a "
                "min_scale.")

    # --- Use ------------------------------------------------------------------------------------------

    @property
    def params_(self):
        """The weights by name, as views: what is assigned into them changes the model."""
        return self._fitted().named()

    @property
    def scale_(self):
        """The standard deviation of the normal likelihood: a float, or (D,) if there is one a feature."""
        self._fitted()
        if self.likelihood == "bernoulli":
            raise AttributeError("A Bernoulli likelihood has no scale.")
        scale = np.exp(self._model.log_scale)
        return scale.copy() if scale.size > 1 else float(scale.reshape(()))

    def encode(self, X):
        """(mu, log_var) of q(z | x), each (n, J), for X (n, D)."""
        return self._encode(self._check_data(X))

    def decode(self, z):
        """Logits, or means, (n, D), for z (n, J)."""
        return forward(self._fitted().layers(DECODER), self._check_latent(z, "z"))[1]

    def decode_mean(self, z):
        """E[x | z], (n, D): probabilities of the pixels, or means."""
        return self._model.mean(self.decode(z))

    def sample(self, rng, size):
        """`size` draws of x, (size, D): z from the prior, then x from the decoder."""
        weights, size = self._fitted(), check_integer(size, "size")
        z = check_rng(rng).standard_normal((size, self.latent_dim), weights.flat.dtype)
        return self._model.sample(self.decode(z), rng)

    def elbo(self, X, rng, num_samples=1, *, q=None):
        """The bound of each datum, (n,), in nats: estimator B with num_samples draws.

        q : (mu, log_var), each (n, J), instead of the encoder's, such as those of `refine`.
        """
        return self._evaluate(_evaluation.elbo, X, q, rng, num_samples)

    def log_evidence(self, X, rng, num_samples=500, *, q=None):
        """Importance-weighted log p(x) of each datum, (n,), in nats: log of the mean of p(x, z) / q(z | x).

        It is too low on average, the less so the more draws and the nearer q is to the posterior. The memory
        it needs does not grow with num_samples. q as in `elbo`.
        Source: chapter 7, "How good is it? Two gaps, apart"; Burda, Grosse and Salakhutdinov (2016).
        """
        return self._evaluate(_evaluation.log_evidence, X, q, rng, num_samples)

    def refine(self, X, rng, *, steps=200, num_samples=8, learning_rate=0.05, q=None):
        """(mu, log_var), each (n, J), that are best for each datum by itself, with the decoder held fixed.

        `steps` steps of Adam, from q or else the encoder's, with num_samples draws a step and a learning rate
        that falls to zero. The bound they gain over the encoder's is the amortisation gap.
        Source: chapter 7, "How good is it? Two gaps, apart"; Cremer, Li and Duvenaud (2018), section 3.
        """
        X = self._check_data(X)
        q, rng = self._check_q(q, X), check_rng(rng)
        steps, num_samples = check_integer(steps, "steps"), check_integer(num_samples, "num_samples")
        rate = check_tolerance(learning_rate, "learning_rate")
        decoder = self._weights.layers(DECODER)
        return _evaluation.refine(decoder, self._model, X, q, rng, steps, num_samples, rate)

    def kl_per_coordinate(self, X):
        """KL(q(z_j | x) || p(z_j)) averaged over X, (J,), in nats. Near 0: z_j says nothing about x."""
        return _evaluation.kl_to_prior(*self.encode(X)).mean(axis=0)

    def log_joint(self, x, z):
        """log p(x, z), (n,), for z (n, J) and x (n, D), or one x (D,) for all."""
        x, z = self._pair(x, z)
        log_prior = -0.5 * (z * z).sum(axis=1) - 0.5 * z.shape[1] * math.log(2 * math.pi)
        return self._model.log_prob(self.decode(z), x) + log_prior

    def log_joint_gradient(self, x, z):
        """(log p(x, z), its gradient in z), (n,) and (n, J): for a sampler, or for `varinf.sgvb.fit`."""
        x, z = self._pair(x, z)
        return self.log_joint(x, z), gradient_in_z(self._weights.layers(DECODER), self._model, z, x) - z

    # --- Checks ---------------------------------------------------------------------------------------

    def _fitted(self):
        return check_fitted(self, "_weights")._weights

    def _encode(self, X):
        q = forward(self._weights.layers(ENCODER), X)[1]
        return q[:, : self.latent_dim], q[:, self.latent_dim :]

    def _evaluate(self, estimate, X, q, rng, num_samples):
        X = self._check_data(X)
        q, rng, num_samples = self._check_q(q, X), check_rng(rng), check_integer(num_samples, "num_samples")
        return estimate(self._weights.layers(DECODER), self._model, X, q, rng, num_samples).astype(X.dtype)

    def _check_data(self, X, binarize=False, name="X"):
        weights = self._fitted()
        X = check_finite(X, name, ndim=2).astype(weights.flat.dtype, copy=False)
        if X.shape[1] != weights.sizes[0]:
            _fail(name, f"of {weights.sizes[0]} features, as in fit", f"shape {X.shape}")
        _check_values(self._model, X, name, binarize)
        return X

    def _check_latent(self, z, name, n=None):
        weights = self._fitted()
        z = check_finite(z, name, ndim=2).astype(weights.flat.dtype, copy=False)
        if z.shape[1] != weights.sizes[2] or n not in (None, len(z)):
            _fail(name, f"of shape ({n or 'n'}, {weights.sizes[2]})", f"shape {z.shape}")
        return z

    def _check_q(self, q, X):
        if q is None:
            return self._encode(X)
        try:
            mu, log_var = q
        except (TypeError, ValueError):
            _fail("q", "a pair (mu, log_var)", type(q).__name__)
        return self._check_latent(mu, "mu", len(X)), self._check_latent(log_var, "log_var", len(X))

    def _pair(self, x, z):
        z = self._check_latent(z, "z")
        x = self._check_data(np.atleast_2d(x), name="x")
        if len(x) not in (1, len(z)):
            _fail("x", f"one datum, or as many as z has rows ({len(z)})", f"shape {x.shape}")
        return np.broadcast_to(x, (len(z), x.shape[1])), z


def _check_values(model, X, name, binarize):
    if not binarize:
        model.check(X, name)
    elif isinstance(model, Normal):
        _fail("binarize", "False for likelihood='normal'", "True")
    else:
        check_in_interval(X, name, 0, 1)
