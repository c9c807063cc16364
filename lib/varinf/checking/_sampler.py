"""A reference sampler: Hamiltonian Monte Carlo, several chains side by side, and the usual diagnostics."""

import math
import warnings
from typing import NamedTuple

import numpy as np

from varinf._ascent import ConvergenceWarning, check_tolerance
from varinf._check import _fail, check_finite, check_in_interval, check_integer, check_rng
from varinf._gradient import with_values
from varinf._progress import bar


class Sample(NamedTuple):
    """Draws from a posterior by Hamiltonian Monte Carlo.

    draws : (num_chains, num_draws, D). r_hat, ess : (D,), as `split_r_hat` and `effective_sample_size` say.
    acceptance : mean acceptance probability. step_size : of the leapfrog, where posterior deviations are
        about one.
    n_divergent : trajectories, after warm-up, whose energy rose by more than 1000 nats or was not finite.
    Source: chapter 8, "Against a long run".
    """

    draws: np.ndarray
    r_hat: np.ndarray
    ess: np.ndarray
    acceptance: float
    step_size: float
    n_divergent: int

    @property
    def flat(self):
        """All draws, (num_chains * num_draws, D)."""
        return self.draws.reshape(-1, self.draws.shape[-1])


def hamiltonian_monte_carlo(log_joint, dim, rng, *, grad=None, num_chains=4, num_warmup=1000, num_draws=1000,
                            start=None, path_length=1.5, target_acceptance=0.8, progress=False):
    """Draws from p(z | x) by Hamiltonian Monte Carlo, for comparison with q.

    log_joint : (S, D) -> (S,), in nats, real z; S is num_chains. May be None if grad returns pairs.
    grad : as in `varinf.sgvb.fit`: gradient (S, D), or pair (values, gradient); None: autograd.
    num_chains, num_warmup, num_draws : at least 1, 100 and 4; num_warmup steps adapt and are thrown away.
    start : (num_chains, D); N(0, I) draws by default.
    path_length : mean length of a trajectory, where posterior deviations are about one: pi / 2 takes a
        Gaussian from one draw to an independent one. Lengths vary between none and twice that, so that no
        trajectory is a cycle.
    target_acceptance : between 0 and 1: what the step size is tuned for.
    progress : show a bar, if tqdm is installed.

    Warm-up tunes one step size for all chains by dual averaging, and the coordinates: from the covariance of
    the draws so far it takes, five times, the linear map that makes the posterior round. Trajectories have at
    most 100 leapfrogs. A posterior with modes far apart is not explored.

    Returns Sample. Warns with ConvergenceWarning if some r_hat is above 1.05 or a trajectory diverged. Raises
    ValueError for invalid arguments, or where log_joint is not finite at the start.
    Source: chapter 8, "Against a long run"; Neal (2011), "MCMC using Hamiltonian dynamics", section 5.3;
    Hoffman and Gelman (2014), "The No-U-Turn Sampler", algorithm 5, for the step size.
    """
    check_rng(rng)
    dim, chains = check_integer(dim, "dim"), check_integer(num_chains, "num_chains")
    num_warmup = check_integer(num_warmup, "num_warmup", minimum=100)
    num_draws = check_integer(num_draws, "num_draws", minimum=4)
    path_length = check_tolerance(path_length, "path_length")
    target = float(check_in_interval(target_acceptance, "target_acceptance", 0.1, 0.99))
    density = with_values(log_joint, grad)
    z = rng.standard_normal((chains, dim)) if start is None else check_finite(start, "start")
    if z.shape != (chains, dim):
        _fail("start", f"of shape {(chains, dim)}", f"shape {z.shape}")
    z = z.astype(np.float64)
    values, gradient = density(z)
    if not (np.isfinite(values).all() and np.isfinite(gradient).all()):
        _fail("log_joint and its gradient", "finite at the start", "NaN or infinity")

    state, L, step_size = (z, values, gradient), np.eye(dim), _Averaging(target)
    draws, rates, n_divergent = np.empty((chains, num_draws, dim)), [], 0
    warm, ends = [], [round(num_warmup * share) for share in (0.05, 0.1, 0.2, 0.4, 0.8)]
    progress = bar(progress, num_warmup + num_draws)
    try:
        for iteration in range(-num_warmup, num_draws):
            epsilon = step_size.current if iteration < 0 else step_size.averaged
            state, rate, divergent = _transition(density, state, L, epsilon, path_length, rng)
            progress.update()
            if iteration >= 0:
                draws[:, iteration] = state[0]
                rates.append(rate.mean())
                n_divergent += int(divergent.sum())
                continue
            step_size.update(rate.mean())
            warm.append(state[0])
            if iteration + num_warmup + 1 in ends:
                L, warm, step_size = _whitener(np.concatenate(warm)), [], _Averaging(target)
    finally:
        progress.close()
    sample = Sample(draws, split_r_hat(draws), effective_sample_size(draws), float(np.mean(rates)),
                    step_size.averaged, n_divergent)
    if not (sample.r_hat <= 1.05).all() or n_divergent:
        warnings.warn(
            f"The chains are not to be trusted yet: largest r_hat {sample.r_hat.max():.3f} (wanted: below "
            f"1.05), {n_divergent} divergent trajectories (wanted: 0). Raise num_warmup and num_draws, or "
            "target_acceptance, or change the parameters.", ConvergenceWarning, stacklevel=2)
    return sample


def _transition(density, state, L, epsilon, path_length, rng):
    """One leapfrog trajectory for every chain, in the coordinates L^-1 z, accepted or not. Returns the state,
    acceptance probabilities, divergences."""
    z, values, gradient = state
    momentum = rng.standard_normal(z.shape)
    energy = values - 0.5 * (momentum**2).sum(axis=1)
    n_steps = math.ceil(min(2 * rng.random() * path_length / epsilon, 100))
    new_z, new_gradient = z, gradient
    with np.errstate(over="ignore", invalid="ignore"):          # a trajectory that runs away is rejected
        for _ in range(max(n_steps, 1)):
            momentum = momentum + 0.5 * epsilon * new_gradient @ L
            new_z = new_z + epsilon * momentum @ L.T
            new_values, new_gradient = density(new_z)
            momentum = momentum + 0.5 * epsilon * new_gradient @ L
        change = new_values - 0.5 * (momentum**2).sum(axis=1) - energy
    change = np.where(np.isfinite(new_z).all(axis=1) & ~np.isnan(change), change, -np.inf)
    rate = np.exp(np.minimum(change, 0))
    accept = rng.random(len(z)) < rate
    kept = np.where(accept[:, None], new_z, z), np.where(accept, new_values, values)
    return (*kept, np.where(accept[:, None], new_gradient, gradient)), rate, change < -1000


class _Averaging:
    """Dual averaging of the log step size, Hoffman and Gelman (2014), section 3.2, with their constants."""

    def __init__(self, target, first=0.1):
        self.target, self.centre, self.count, self.error = target, math.log(10 * first), 0, 0.0
        self.current, self.log_averaged = first, math.log(first)

    def update(self, rate):
        self.count += 1
        self.error += (self.target - rate - self.error) / (self.count + 10)
        log_current = self.centre - math.sqrt(self.count) / 0.05 * self.error
        weight = self.count**-0.75
        self.log_averaged = weight * log_current + (1 - weight) * self.log_averaged
        self.current = math.exp(log_current)

    @property
    def averaged(self):
        return math.exp(self.log_averaged)


def _whitener(draws):
    """Cholesky factor of the covariance of the draws (n, D), drawn towards its diagonal where they are
    few."""
    n, dim = draws.shape
    covariance = np.atleast_2d(np.cov(draws.T))
    weight = n / (n + 5 * dim)
    diagonal = covariance.diagonal() + 5e-3 / (n + 5) * (covariance.diagonal() == 0)
    return np.linalg.cholesky(weight * covariance + (1 - weight) * np.diag(diagonal))


def split_r_hat(draws):
    """Potential scale reduction: spread of all half-chains together over that within them; 1 if they agree.

    draws : (chains, N) -> float, or (chains, N, D) -> (D,); N at least 4. inf if no half-chain moves at all.
    Raises ValueError for invalid draws. Source: chapter 8, "Against a long run"; Gelman et al. (2013),
    "Bayesian Data Analysis", section 11.4.
    """
    halves, shape = _halves(draws)
    n = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    between = halves.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sqrt((n - 1) / n + between / within)
    return np.where(within > 0, ratio, np.inf).reshape(shape)[()]


def effective_sample_size(draws):
    """Number of independent draws whose mean would be as precise as that of these correlated ones.

    draws : as in `split_r_hat`. 1 if no half-chain moves. Raises ValueError for invalid draws.
    Source: chapter 8, "Against a long run"; Gelman et al. (2013), section 11.5; sums of pairs of
    autocorrelations, made decreasing: Geyer (1992), "Practical Markov chain Monte Carlo", section 3.3.
    """
    halves, shape = _halves(draws)
    chains, n = halves.shape[:2]
    centred = halves - halves.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, 2 * n, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, axis=1)[:, :n].mean(axis=0) / n
    within = covariance[0] * n / (n - 1)
    total = covariance[0] + halves.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = 1 - (within - covariance * n / (n - 1)) / total
    rho[0] = 1
    pairs = rho[: n // 2 * 2].reshape(n // 2, 2, -1).sum(axis=1)
    pairs = np.minimum.accumulate(pairs, axis=0)
    first = np.where((pairs > 0).all(axis=0), len(pairs), np.argmax(~(pairs > 0), axis=0))
    kept = np.where(np.arange(len(pairs))[:, None] < first, pairs, 0)
    time = np.maximum(2 * kept.sum(axis=0) - 1, 1 / np.log10(chains * n))   # antithetic chains: bounded
    return np.where(total > 0, chains * n / time, 1.0).reshape(shape)[()]


def _halves(draws):
    draws = check_finite(draws, "draws", ndim=(2, 3)).astype(np.float64)
    shape = draws.shape[2:]
    n = draws.shape[1] // 2
    if n < 2:
        _fail("draws", "at least 4 a chain", f"shape {draws.shape}")
    draws = draws.reshape(draws.shape[:2] + (-1,))
    return np.concatenate([draws[:, :n], draws[:, -n:]]), shape
