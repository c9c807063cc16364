"""What a trained VAE is worth: the ELBO, the importance-weighted evidence, and each datum's own best q."""

import numpy as np

from varinf.evidence import log_mean_exp
from varinf.sgvb import Adam
from varinf.vae._networks import forward
from varinf.vae._training import gradient_in_z

_ROWS = 1000            # z decoded at a time: enough for the matrix product, few enough for the cache


def draws(decoder, likelihood, X, q, rng, num_samples):
    """Yield (slice of the data, z, eps, log p(x | z)) for so many data and draws at a time: z and eps are (m,
    S, J), log p(x | z) is (m, S). The draws of one datum may come in several parts."""
    mu, log_var = q
    scale = np.exp(0.5 * log_var)
    data = max(1, _ROWS // num_samples)
    # made once: fresh arrays of this size would be fresh pages of memory every time
    H, D = decoder[2].shape
    hidden, out, work = (np.empty((_ROWS, size), mu.dtype) for size in (H, D, D))
    for first in range(0, len(X), data):
        rows = slice(first, first + data)
        for done in range(0, num_samples, _ROWS):
            m, S = len(X[rows]), min(_ROWS, num_samples - done)
            eps = rng.standard_normal((m, S, mu.shape[1]), mu.dtype)
            z = mu[rows, None] + scale[rows, None] * eps
            forward(decoder, z.reshape(m * S, -1), hidden[: m * S], out[: m * S])
            y, scratch = (array[: m * S].reshape(m, S, D) for array in (out, work))
            yield rows, z, eps, likelihood.log_prob(y, X[rows, None], scratch)


def kl_to_prior(mu, log_var):
    """KL(N(mu, diag exp(log_var)) || N(0, I)), one number a coordinate."""
    return 0.5 * (mu * mu + np.exp(log_var) - 1 - log_var)


def elbo(decoder, likelihood, X, q, rng, num_samples):
    """Estimator B, (n,): the average of log p(x | z) over the draws, minus the KL."""
    total = np.zeros(len(X))
    for rows, _, _, values in draws(decoder, likelihood, X, q, rng, num_samples):
        total[rows] += values.sum(axis=1, dtype=np.float64)
    return total / num_samples - kl_to_prior(*q).sum(axis=1, dtype=np.float64)


def log_evidence(decoder, likelihood, X, q, rng, num_samples):
    """log of the average of p(x, z) / q(z | x) over the draws, (n,), summed as it goes."""
    total = np.full(len(X), -np.inf)
    for rows, z, eps, values in draws(decoder, likelihood, X, q, rng, num_samples):
        # log p(z) - log q(z | x): the 2 pi of the two normals cancel
        ratio = 0.5 * (eps * eps - z * z + q[1][rows, None]).sum(axis=2, dtype=np.float64)
        part = log_mean_exp(values + ratio, axis=1) + np.log(values.shape[1] / num_samples)
        total[rows] = np.logaddexp(total[rows], part)
    return total


def refine(decoder, likelihood, X, q, rng, steps, num_samples, learning_rate):
    """(mu, log_var) that climb each datum's own ELBO from q, the decoder held fixed: reparameterised
    gradients and Adam, whose learning rate falls to zero in a straight line, so that the noise dies out."""
    mu, log_var = q
    best = np.concatenate([mu, log_var], axis=1)
    J, data = mu.shape[1], max(1, _ROWS // num_samples)
    for first in range(0, len(X), data):
        x, theta = np.repeat(X[first : first + data], num_samples, axis=0), best[first : first + data]
        # with beta2 = 0.999 the large slopes of a start far away would slow all of so few steps
        adam = Adam(lambda t: learning_rate * (1 - (t - 1) / steps), beta2=0.9)
        for _ in range(steps):
            mu, log_var = theta[:, :J], theta[:, J:]
            eps = rng.standard_normal((len(theta), num_samples, J), theta.dtype)
            scale = np.exp(0.5 * log_var)
            z = mu[:, None] + scale[:, None] * eps
            dz = gradient_in_z(decoder, likelihood, z.reshape(-1, J), x).reshape(eps.shape)
            d_mu = dz.mean(axis=1) - mu
            d_log_var = 0.5 * (scale * (dz * eps).mean(axis=1) - (scale * scale - 1))
            adam.step(theta, np.concatenate([d_mu, d_log_var], axis=1))
    return best[:, :J].copy(), best[:, J:].copy()
