"""Mean field for a black and white image behind noise, with an Ising prior."""

import numpy as np
from scipy.special import entr, expit, logsumexp

from varinf._ascent import coordinate_ascent
from varinf._check import _fail, check_callable, check_finite, check_in_interval, check_positive

_WIDEST = 10  # the shorter side of a grid whose marginals are computed exactly: 2^10 states a row


class IsingDenoiser:
    """An image z of -1 and +1 whose neighbours tend to agree, seen pixel by pixel through noise.

    Model: p(z) = exp(coupling * sum of z_i z_j over pairs of 4-neighbours) / Z(coupling), and any
    likelihood p(y_i | z_i) for each pixel. q(z) = prod_i q(z_i).

    coupling : a number, zero or more. max_iter, tol : as in `coordinate_ascent`. Stored, and checked when a
        method is called.

    Learned, each (H, W): `probabilities_`, q(z_i = +1); `mean_`, E_q[z_i]; `image_`, the likelier of -1
    and +1 (+1 at a tie). And `elbo_`, `converged_`, `n_iter_`.

    `elbo_` leaves out -log Z(coupling), which is the same for every q and cannot be computed for a large
    grid. So it is a lower bound on log p(y) + log Z(coupling), and cannot compare couplings.
    Source: chapter 4, "Image denoising"; MacKay (2003), chapter 33; Murphy (2023), "Probabilistic
    Machine Learning: Advanced Topics", chapter 10.
    """

    def __init__(self, coupling=1.0, *, max_iter=1000, tol=1e-6):
        self.coupling, self.max_iter, self.tol = coupling, max_iter, tol

    def fit(self, log_likelihood, *, start=None, callback=None):
        """Fit q and return self.

        log_likelihood : (2, H, W), log p(y_i | z_i) in nats, finite: first for z_i = -1, then for z_i = +1.
        start : (H, W) means in [-1, 1]; by default those of each pixel without its neighbours.
        callback : as in `coordinate_ascent`; the state is the (H, W) means.

        A pixel's neighbours have the other colour of a checkerboard, so all pixels of one colour are
        independent given the rest and are updated together: each half of a sweep is an exact step.
        (With all pixels at once it would not be, and may oscillate for ever.)

        Raises ValueError for invalid arguments; warns with ConvergenceWarning.
        """
        coupling, log_likelihood, dtype = self._check(log_likelihood)
        log_odds = log_likelihood[1] - log_likelihood[0]
        start = np.tanh(log_odds / 2) if start is None else check_in_interval(start, "start", -1, 1)
        if start.shape != log_odds.shape:
            _fail("start", f"of shape {log_odds.shape}, to fit log_likelihood", f"shape {start.shape}")
        black = np.indices(log_odds.shape).sum(axis=0) % 2 == 0

        def update(colour):
            def maximise(state):                                # q(z_i) is proportional to exp(z_i field_i)
                mean, field = state
                field = np.where(colour, log_odds / 2 + coupling * _neighbours(mean), field)
                return np.where(colour, np.tanh(field), mean), field

            return maximise

        def elbo(state):
            mean, field = state
            q = expit(np.stack([-2 * field, 2 * field]))
            agreement = (mean * _neighbours(mean)).sum() / 2    # each pair is counted from both its ends
            return (q * log_likelihood).sum() + coupling * agreement + entr(q).sum()

        def report(iteration, state, bound):
            check_callable(callback, "callback")(iteration, state[0], bound)

        ascent = coordinate_ascent(
            [update(black), update(~black)], elbo, (start.astype(np.float64), np.zeros(start.shape)),
            max_iter=self.max_iter, tol=self.tol,
            callback=None if callback is None else report)
        mean, field = ascent.state
        self.mean_, self.probabilities_ = mean.astype(dtype), expit(2 * field).astype(dtype)
        self.image_ = np.where(mean >= 0, 1, -1).astype(dtype)
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        return self

    def exact(self, log_likelihood):
        """The truth for a grid whose shorter side has at most 10 pixels, by passing sums over whole rows
        forward and backward.

        log_likelihood : as in `fit`.

        Returns (probabilities, log_normaliser): p(z_i = +1 | y), (H, W), and log p(y) + log Z(coupling), a
        float, which `elbo_` bounds from below. With a log_likelihood of zeros it is log Z(coupling).
        Time and memory grow as 4^W, with W the shorter side: 8 MB for W = 10.
        """
        coupling, log_likelihood, dtype = self._check(log_likelihood)
        if log_likelihood.shape[2] > log_likelihood.shape[1]:
            probabilities, total = self.exact(np.swapaxes(log_likelihood, 1, 2))
            return probabilities.T.astype(dtype), total
        width = log_likelihood.shape[2]
        if width > _WIDEST:
            got = f"shape {log_likelihood.shape}"
            _fail("log_likelihood", f"of a grid with a side of at most {_WIDEST}", got)
        up = (np.arange(2**width)[:, None] >> np.arange(width)) & 1     # every state of a row, (2^W, W)
        z = 2.0 * up - 1
        within = coupling * (z[:, 1:] * z[:, :-1]).sum(axis=1)
        between = coupling * z @ z.T
        low, high = log_likelihood
        rows = within + (high - low) @ up.T + low.sum(axis=1)[:, None]

        forward, backward = [rows[0]], [np.zeros(len(z))]
        for row in rows[1:]:
            forward.append(row + logsumexp(between + forward[-1], axis=1))
        for row in rows[:0:-1]:
            backward.append(logsumexp(between + row + backward[-1], axis=1))
        log_normaliser = logsumexp(forward[-1])
        posterior = np.exp(np.array(forward) + np.array(backward[::-1]) - log_normaliser)
        return (posterior @ up).astype(dtype), float(log_normaliser)

    def _check(self, log_likelihood):
        coupling = float(check_finite(self.coupling, "coupling", ndim=0))
        if coupling < 0:
            _fail("coupling", "zero or more", repr(self.coupling))
        log_likelihood = check_finite(log_likelihood, "log_likelihood", ndim=3)
        if len(log_likelihood) != 2:
            _fail("log_likelihood", "of shape (2, H, W)", f"shape {log_likelihood.shape}")
        return coupling, log_likelihood.astype(np.float64), log_likelihood.dtype


def flip_log_likelihood(y, probability):
    """log p(y_i | z_i) for pixels that were flipped, each with the same probability.

    y : (H, W) of -1 and +1. probability : above 0 and below 1.

    Returns (2, H, W), for z = -1 and z = +1. Raises ValueError for anything else.
    Source: chapter 4, "Image denoising".
    """
    y = check_finite(y, "y", ndim=2)
    if (np.abs(y) != 1).any():
        _fail("y", "an array of -1 and +1", f"values from {y.min()} to {y.max()}")
    probability = float(check_positive(probability, "probability", ndim=0))
    if probability >= 1:
        _fail("probability", "below 1", repr(probability))
    log_flipped, log_kept = np.log([probability, 1 - probability])
    return np.where(np.stack([y < 0, y > 0]), log_kept, log_flipped).astype(y.dtype)


def normal_log_likelihood(y, scale):
    """log p(y_i | z_i) for y_i ~ N(z_i, scale^2).

    y : (H, W), finite. scale : standard deviation of the noise, positive, a number.

    Returns (2, H, W), for z = -1 and z = +1. Raises ValueError for anything else.
    Source: chapter 4, "Image denoising".
    """
    y = check_finite(y, "y", ndim=2)
    scale = float(check_positive(scale, "scale", ndim=0))
    z = np.array([-1.0, 1.0])[:, None, None]
    log_density = -0.5 * ((y - z) / scale) ** 2 - np.log(scale) - 0.5 * np.log(2 * np.pi)
    return log_density.astype(y.dtype)


def _neighbours(mean):
    """The sum over each pixel's neighbours above, below, left and right; the grid has an edge."""
    total = np.zeros_like(mean)
    total[1:] += mean[:-1]
    total[:-1] += mean[1:]
    total[:, 1:] += mean[:, :-1]
    total[:, :-1] += mean[:, 1:]
    return total
