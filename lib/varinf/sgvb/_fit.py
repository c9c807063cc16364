"""Black-box variational inference: a Gaussian q for any log density that can be differentiated."""

import math
import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from varinf._ascent import ConvergenceWarning, check_tolerance
from varinf._check import (
    _fail,
    check_callable,
    check_finite,
    check_integer,
    check_option,
    check_positive,
    check_rng,
)
from varinf._gradient import check_first, with_gradient
from varinf._progress import bar
from varinf.distributions import MultivariateNormal
from varinf.sgvb._adam import Adam
from varinf.sgvb._family import FullRank, MeanField

_ENTROPY = 0.5 * np.log(2 * np.pi * np.e)                       # of one standard normal coordinate


@dataclass(frozen=True)
class Fit:
    """What `fit` arrived at: q(z) = N(loc, covariance).

    loc : (D,) mean. scale : (D,) marginal standard deviations.
    cholesky : (D, D) lower factor of the covariance; None for a mean-field q, whose covariance is
        diag(scale^2).
    elbo : float64 array of noisy estimates of the ELBO, in nats. elbo_steps : the step of each.
    converged : whether the averaged parameters came to rest. interrupted : whether Ctrl-C ended the fit.
    n_iter : number of steps. learning_rate : that of the last step.
    Source: chapter 6, "Black-box inference".
    """

    loc: np.ndarray
    scale: np.ndarray
    cholesky: np.ndarray
    elbo: np.ndarray
    elbo_steps: np.ndarray
    converged: bool
    interrupted: bool
    n_iter: int
    learning_rate: float

    @cached_property
    def q(self):
        """The fitted distribution, a MultivariateNormal."""
        root = np.diag(self.scale) if self.cholesky is None else self.cholesky
        return MultivariateNormal(self.loc, root @ root.T)


def fit(log_joint, dim, *, rng, family="mean_field", grad=None, num_samples=10, learning_rate=0.05,
        max_iter=50_000, tol=0.02, window=500, entropy="closed", loc=None, scale=None, num_data=None,
        batch_size=None, elbo_every=1, dtype=np.float64, callback=None, progress=False):
    """Fit a Gaussian q to p(z | x): Adam climbs the ELBO along gradients from reparameterised draws.

    log_joint : (S, D) -> (S,), log p(x, z) in nats, real z, two axes even for D = 1. With minibatches it is
        called as log_joint(z, index, weight) and returns log p(z) + weight * sum of log p(x_n | z) over
        index. None will do if grad returns pairs, or elbo_every is None.
    dim : D.
    rng : numpy.random.Generator; the fit is a function of its state.
    family : "mean_field", independent coordinates, or "full_rank", any covariance.
    grad : gradient of log_joint, with its arguments, (S, D); or a pair (values (S,), gradient (S, D)) if the
        values come cheaply. None: autograd.
    num_samples : draws S a step.
    learning_rate : Adam's, in the units of z: halved by the stopping rule; or a function of the step 1, 2,
        ..., which is left alone.
    max_iter, tol, window : when to stop, see below. tol=None: do max_iter steps, without a test.
    entropy : "closed", or "path" for the path derivative, as in `reparameterization_gradient`.
    loc, scale : where to start, numbers or (D,): 0 and 1 by default.
    num_data, batch_size : N and M; index (M,) runs through a new shuffle of 0 ... N - 1 every pass, and
        weight is N / M (N over what is left, in a last batch that is shorter).
    elbo_every : record the ELBO every so many steps, None for never. It costs an evaluation of log_joint if
        grad returns gradients alone.
    dtype : float64 or float32, of z and of the results.
    callback : function (step, loc, scale, estimate) after each step: copies of the current mean and scale, or
        Cholesky factor, and the ELBO's estimate or None.
    progress : show a bar, if tqdm is installed.

    When to stop. Each iterate is noisy, so the parameters are averaged over windows of so many steps, and q
    is the average of the last one. The drift is how far an average is from the one before: means in units of
    q's standard deviations, scales as changes of their logarithm. A largest drift below tol ends the fit. Two
    drifts in succession whose inner product is not positive are noise, not progress: then the learning rate
    is halved. Windows grow to 1 / learning_rate steps (times the largest deviation, if above 1), so that no
    drift is small for want of reach. The fit ends when the average has come to rest, which is not yet to
    say where: how far q is from the posterior is for `varinf.checking`.

    Returns Fit. Warns with ConvergenceWarning if max_iter steps were not enough, or Ctrl-C came; the result
    is then what there is. Raises ArithmeticError, with the step, if the gradient or the ELBO is NaN or
    infinite; ValueError for invalid arguments; TypeError if autograd cannot follow log_joint.
    Source: chapter 6, "Black-box inference"; Kucukelbir et al. (2017), algorithm 1, here with Adam; for the
    averages: Dhaka et al. (2020), "Robust, accurate stochastic optimization for variational inference". The
    rule is our own.
    """
    q = _start(family, dim, loc, scale, entropy, dtype)
    num_samples, max_iter = check_integer(num_samples, "num_samples"), check_integer(max_iter, "max_iter")
    window = check_integer(window, "window")
    tol = None if tol is None else check_tolerance(tol, "tol")
    elbo_every = 0 if elbo_every is None else check_integer(elbo_every, "elbo_every")
    if log_joint is not None or grad is None:
        check_callable(log_joint, "log_joint")
    if callback is not None:
        check_callable(callback, "callback")
    climb = _Climb(q, with_gradient(log_joint, grad), log_joint, Adam(learning_rate), check_rng(rng),
                   num_samples, _minibatches(num_data, batch_size, rng), elbo_every)
    # with a fixed number of steps the first window is the odd one, so that the last is whole
    averages = _Averages(q, window, (max_iter - 1) % window + 1 if tol is None else window)
    interrupted = converged = False
    progress = bar(progress, max_iter)
    try:
        for step in range(1, max_iter + 1):
            estimate = climb.step(step)
            progress.update()
            whole = averages.add(q.theta)
            if callback is not None:
                mean, deviation, L = q.spread(q.theta)
                callback(step, mean, deviation if L is None else L, estimate)
            if tol is not None and whole:
                converged = averages.drift < tol
                if converged:
                    break
                if averages.turned and not callable(learning_rate):
                    climb.adam.learning_rate /= 2
                averages.lengthen(climb.rate())
    except KeyboardInterrupt:
        interrupted = True
    finally:
        progress.close()
    n_iter = climb.adam.n_steps
    if interrupted:
        warnings.warn(f"The fit was interrupted at step {n_iter}: q is the average of the last steps it had.",
                      ConvergenceWarning, stacklevel=2)
    elif tol is not None and not converged:
        warnings.warn(
            f"The averaged parameters still moved by {averages.drift:.2g} standard deviations a window, more "
            f"than tol = {tol:g}, after max_iter = {max_iter}: raise max_iter or tol, or take more samples a "
            "step.", ConvergenceWarning, stacklevel=2)
    steps, trace = np.array(climb.trace, dtype=float).reshape(-1, 2).T
    return Fit(*q.spread(averages.best()), trace, steps.astype(int), converged, interrupted, n_iter,
               climb.rate())


class _Climb:
    """One step after another of reparameterised gradient ascent."""

    def __init__(self, q, evaluate, log_joint, adam, rng, num_samples, minibatches, elbo_every):
        self.q, self.evaluate, self.log_joint, self.adam, self.rng = q, evaluate, log_joint, adam, rng
        self.shape, self.minibatches, self.elbo_every = (num_samples, q.dim), minibatches, elbo_every
        self.mean = np.full(num_samples, 1 / num_samples, q.theta.dtype)
        self.trace = []

    def step(self, step):
        """Move q once; returns the estimate of the ELBO, or None if it was not asked for."""
        q, estimate = self.q, None
        eps = self.rng.standard_normal(self.shape, q.theta.dtype)
        z = q.draw(eps)
        minibatch = next(self.minibatches)
        values, gradient = self.evaluate(z, *minibatch)
        if step == 1:
            check_first(values, gradient, z)
        slope = q.slope(gradient, eps, self.mean)
        if not math.isfinite(slope @ slope):                    # Adam keeps squares, which overflow first
            raise ArithmeticError(self._diverged(step, "gradient of the ELBO, or its square,", z))
        if self.elbo_every and step % self.elbo_every == 0:
            values = self._values(z, minibatch) if values is None else values
            estimate = float(self.mean @ values) + q.log_det() + q.dim * _ENTROPY
            if not math.isfinite(estimate):
                raise ArithmeticError(self._diverged(step, "ELBO", z))
            self.trace.append((step, estimate))
        self.adam.step(q.theta, slope)
        return estimate

    def rate(self):
        """The learning rate of the last step, or of the first before any."""
        rate = self.adam.learning_rate
        return float(rate(max(self.adam.n_steps, 1))) if callable(rate) else rate

    def _values(self, z, minibatch):
        if self.log_joint is None:
            _fail("log_joint", "a function, since grad returns no values and elbo_every is set", "None")
        values = self.log_joint(z, *minibatch)
        check_first(values, z, z)
        return values

    def _diverged(self, step, what, z):
        return (
            f"The {what} is NaN or infinite at step {step}, where |z| reaches {np.abs(z).max():.3g}. Try a "
            f"smaller learning_rate than {self.rate():g}, a start (loc, scale) nearer to the posterior, or "
            "more num_samples; if it happens at step 1, look at log_joint and its gradient there.")


class _Averages:
    """Averages of theta over windows, and how they move from window to window."""

    def __init__(self, q, window, first):
        self.q, self.window, self.size, self.count = q, window, first, 0
        self.mean, self.last, self.move = q.theta.copy(), None, None
        self.drift, self.turned = np.inf, False

    def add(self, theta):
        """Take in one iterate; returns whether the window is whole."""
        if self.count == self.size:
            self.last, self.count, self.size = self.mean.copy(), 0, self.window
        self.count += 1
        self.mean += (theta - self.mean) / self.count           # an average whenever Ctrl-C comes
        if self.count < self.size:
            return False
        if self.last is not None:
            before, self.move = self.move, (self.mean - self.last) / self.q.units(self.mean)
            self.drift = float(np.abs(self.move).max())
            self.turned = before is not None and float(before @ self.move) <= 0
        return True

    def lengthen(self, rate):
        """Windows in which steps of this size can still move a log scale by one, and any mean by a deviation:
        else the drift would be small for no other reason than that the steps are."""
        reach = max(1.0, float(self.q.spread(self.mean)[1].max()))
        self.window = max(self.window, math.ceil(min(reach / rate, 1e9)))

    def best(self):
        """The average of the running window, or of the last whole one if this has run for less than half."""
        return self.mean if self.last is None or 2 * self.count >= self.size else self.last


def _start(family, dim, loc, scale, entropy, dtype):
    dim = check_integer(dim, "dim")
    check_option(family, "family", ("mean_field", "full_rank"))
    check_option(entropy, "entropy", ("closed", "path"))
    try:
        dtype = np.dtype(dtype)
    except TypeError:
        _fail("dtype", "float32 or float64", repr(dtype))
    if dtype not in (np.float32, np.float64):
        _fail("dtype", "float32 or float64", str(dtype))
    loc = _vector(check_finite(0.0 if loc is None else loc, "loc"), "loc", dim, dtype)
    scale = _vector(check_positive(1.0 if scale is None else scale, "scale"), "scale", dim, dtype)
    return (MeanField if family == "mean_field" else FullRank)(loc, scale, entropy == "path")


def _vector(array, name, dim, dtype):
    if array.shape not in ((), (dim,)):
        _fail(name, f"a number or of shape {(dim,)}", f"shape {array.shape}")
    return np.array(np.broadcast_to(array, dim), dtype)


def _minibatches(num_data, batch_size, rng):
    """Arguments to add at each step: none, or the rows of a minibatch and N / M."""
    if (num_data is None) != (batch_size is None):
        _fail("num_data and batch_size", "given together", f"{num_data} and {batch_size}")
    if num_data is None:
        return iter(lambda: (), None)
    num_data = check_integer(num_data, "num_data")
    if check_integer(batch_size, "batch_size") > num_data:
        _fail("batch_size", f"at most num_data = {num_data}", str(batch_size))
    return _shuffled(num_data, batch_size, rng)


def _shuffled(num_data, batch_size, rng):
    while True:
        order = rng.permutation(num_data)
        for start in range(0, num_data, batch_size):
            index = order[start : start + batch_size]
            yield index, num_data / len(index)
