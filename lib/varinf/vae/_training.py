"""One minibatch forward and backward: auto-encoding variational Bayes, and wake-sleep, its baseline."""

import numpy as np

from varinf._ascent import check_tolerance
from varinf.vae._networks import DECODER, ENCODER, Weights, backward, backward_inputs, forward


class AutoEncodingVB:
    """The gradient of a minibatch's ELBO, estimator B with one draw a datum, by hand.

    The large arrays are made once and used again: fresh ones would be fresh pages of memory at every step.

    Source: chapter 7, "The backward pass, by hand"; Kingma and Welling (2014), section 3 and appendix C.
    """

    def __init__(self, weights, likelihood, batch_size):
        D, H, J, _ = weights.sizes
        self.weights, self.likelihood = weights, likelihood
        self.gradient = Weights(weights.sizes, weights.flat.dtype)
        self.encoder, self.decoder = weights.layers(ENCODER), weights.layers(DECODER)
        self.d_encoder, self.d_decoder = self.gradient.layers(ENCODER), self.gradient.layers(DECODER)
        sizes = {"hidden": H, "hidden_2": H, "d_hidden": H, "work": H, "q": 2 * J, "d_q": 2 * J, "eps": J,
                 "out": D, "work_2": D, "work_3": D}
        self._rows = {name: np.empty((batch_size, size), weights.flat.dtype) for name, size in sizes.items()}

    def step(self, x, rng, kl_weight):
        """Leave in `gradient` the gradient of sum over the minibatch of log p(x | z) - kl_weight KL.

        x : (n, D), n at most batch_size. Returns the two sums, of log p(x | z) and of the KL, as floats.
        """
        row = {name: array[: len(x)] for name, array in self._rows.items()}
        forward(self.encoder, x, row["hidden"], row["q"])
        mu, log_var = _halves(row["q"])
        eps = rng.standard_normal(out=row["eps"], dtype=x.dtype)
        scale = np.exp(0.5 * log_var)
        z = mu + scale * eps
        kl = 0.5 * float((mu * mu + scale * scale - 1 - log_var).sum())

        forward(self.decoder, z, row["hidden_2"], row["out"])
        work = row["work_2"], row["work_3"]
        value = self.likelihood.gradient(row["out"], x, work, self.gradient.log_scale)
        d_hidden = backward(
            self.decoder, self.d_decoder, z, row["hidden_2"], row["out"], row["d_hidden"], row["work"])
        self._learn_encoder(x, z, eps, mu, scale, d_hidden, row, rng, kl_weight)
        return value, kl

    def _learn_encoder(self, x, z, eps, mu, scale, d_hidden, row, rng, kl_weight):
        """Through z = mu + scale eps: dz/dmu = 1, dz/dlog_var = scale eps / 2; and the gradient of -KL."""
        dz = d_hidden @ self.weights.W2.T
        d_mu, d_log_var = _halves(row["d_q"])
        d_mu[:] = dz - kl_weight * mu
        d_log_var[:] = 0.5 * (dz * scale * eps - kl_weight * (scale * scale - 1))
        backward(self.encoder, self.d_encoder, x, row["hidden"], row["d_q"], row["d_hidden"], row["work"])


class WakeSleep(AutoEncodingVB):
    """Wake: the decoder climbs log p(x | z), z from the encoder. Sleep: the encoder climbs log q(z | x) on
    dreams, z from the prior and x from the decoder. The two do not climb one function.

    Source: chapter 7, "Wake and sleep: the older way"; Hinton, Dayan, Frey and Neal (1995), "The wake-sleep
    algorithm for unsupervised neural networks".
    """

    def _learn_encoder(self, x, z, eps, mu, scale, d_hidden, row, rng, kl_weight):
        """d log N(z; mu, scale^2): (z - mu) / scale^2 for mu, ((z - mu)^2 / scale^2 - 1) / 2 for log_var."""
        z = rng.standard_normal(out=row["eps"], dtype=x.dtype)
        dream = self.likelihood.sample(forward(self.decoder, z)[1], rng)
        forward(self.encoder, dream, row["hidden"], row["q"])
        mu, log_var = _halves(row["q"])
        d_mu, d_log_var = _halves(row["d_q"])
        precision = np.exp(-log_var)
        d_mu[:] = (z - mu) * precision
        d_log_var[:] = 0.5 * ((z - mu) * d_mu - 1)
        backward(self.encoder, self.d_encoder, dream, row["hidden"], row["d_q"], row["d_hidden"], row["work"])


def _halves(q):
    J = q.shape[1] // 2
    return q[:, :J], q[:, J:]


def gradient_in_z(decoder, likelihood, z, x):
    """The gradient of log p(x | z) in z (n, J), x (n, D): the decoder's part of the backward pass."""
    hidden, out = forward(decoder, z)
    likelihood.gradient(out, x, (np.empty_like(out), np.empty_like(out)), likelihood.weights.log_scale.copy())
    return backward_inputs(decoder, hidden, out) @ decoder[0].T


def warm_up(epochs):
    """A KL weight for `fit` that rises from 0 to 1 in a straight line over so many epochs, and stays there.

    Source: chapter 7, "Posterior collapse, produced and cured"; Bowman et al. (2016), "Generating sentences
    from a continuous space"; Sønderby et al. (2016), "Ladder variational autoencoders".
    """
    epochs = check_tolerance(epochs, "epochs")
    return lambda t: min(1.0, t / epochs)
