"""The evidence p(x) = ∫ p(x, z) dz: ways to estimate it, and models where it is known exactly.

Everything is a natural logarithm, in nats. `log_joint` is always a function of S points at once,
(S,) -> (S,) for one-dimensional z and (S, D) -> (S,) otherwise, that returns log p(x, z).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import qr, solve_triangular

from varinf._check import (
    _fail,
    check_callable,
    check_counts,
    check_finite,
    check_integer,
    check_positive,
    check_rng,
)
from varinf.distributions import Beta, MultivariateNormal, Normal

_BLOCK = 2**14  # points of a grid, or flips of a coin, held in memory at once


class Estimate(NamedTuple):
    """A Monte Carlo estimate of a log evidence.

    value : the log of the estimated evidence, in nats.
    std_error : standard error of `value`, in nats, by the delta method: the standard error of the mean
        weight (ddof=1) over the mean weight. Too small when a few weights carry the sum, and only as
        good as the weights that were seen: read it together with `ess`.
    ess : effective sample size (sum w)^2 / sum w^2, from 1 to the number of weights (0 if all are zero).
    Source: chapter 1, "Five estimators".
    """

    value: float
    std_error: float
    ess: float


def log_mean_exp(a, axis=None):
    """log(mean(exp(a))) without overflow or underflow.

    a : array of logarithms; -inf entries are zeros. float32 is kept, all else becomes float64.
    axis : the axis, or a tuple of axes, to average over; all of them by default.

    Returns an array without those axes (a scalar for None); -inf where every entry is -inf.
    Raises ValueError if `a` is empty or holds NaN or +inf, or has no such axis.
    Source: chapter 1, "Adding up tiny numbers".
    """
    a = check_finite(a, "a", allow_infinite=True)
    if axis is not None:
        axis = tuple(check_integer(i, "axis", minimum=-a.ndim) for i in np.atleast_1d(axis).tolist())
    if (a == np.inf).any():
        _fail("a", "below +inf", f"{int((a == np.inf).sum())} infinite values")
    top = np.max(a, axis=axis, keepdims=True)
    top = np.where(np.isneginf(top), 0, top)                    # -inf - (-inf) would be NaN
    with np.errstate(divide="ignore"):                          # log(0) is the -inf we want
        result = np.log(np.mean(np.exp(a - top), axis=axis, keepdims=True)) + top
    return np.squeeze(result, axis=axis)[()]


def _estimate(log_weights):
    """Log of the mean weight, its standard error, and the effective sample size."""
    value = log_mean_exp(log_weights)
    if value == -np.inf:
        return Estimate(-np.inf, np.inf, 0.0)
    weights = np.exp(log_weights - log_weights.max())
    std_error = weights.std(ddof=1) / np.sqrt(weights.size) / weights.mean()
    return Estimate(float(value), float(std_error), float(weights.sum() ** 2 / (weights**2).sum()))


def _log_values(function, z, name):
    """function(z) for S points, checked: shape (S,), no NaN, below +inf."""
    values = check_finite(function(z), f"{name}(z)", allow_infinite=True).astype(np.float64)
    if values.shape != (len(z),):
        _fail(f"{name}(z)", f"of shape {(len(z),)} for z of shape {z.shape}", f"shape {values.shape}")
    if (values == np.inf).any():
        _fail(f"{name}(z)", "below +inf", f"+inf at z = {z[np.argmax(values)]}")
    return values


def _check_samplable(distribution, name):
    """Something with sample(rng, size) and log_prob(z)."""
    for method in ("sample", "log_prob"):
        if not callable(getattr(distribution, method, None)):
            _fail(name, "a distribution with sample(rng, size) and log_prob(z)", type(distribution).__name__)
    return distribution


def _draw(distribution, rng, size, name, continuous=False):
    """`size` draws of one variable: (S,) or (S, D)."""
    z = np.asarray(distribution.sample(rng, (size,)))
    if z.ndim not in (1, 2):
        _fail(name, "the distribution of one number or one vector", f"draws of shape {z.shape[1:]} each")
    if continuous and z.dtype.kind != "f":
        _fail(name, "a continuous distribution", type(distribution).__name__)
    return z.astype(np.float64)


def trapezoid(log_joint, lo, hi, n):
    """Log evidence by the trapezoid rule on a regular grid, summed in log space.

    log_joint : (S,) -> (S,) or (S, D) -> (S,), in nats; may be -inf.
    lo, hi : ends of the interval: two numbers, or two arrays (D,) for a box.
    n : points on each axis, both ends included. The cost is n**D evaluations; memory stays bounded.

    Returns a float. The rule has no sampling error, so there is no standard error to report; its own
    error falls as 1/n^2 for a smooth integrand, and much faster when the integrand and its slopes
    vanish at the ends. What lies outside the box is missed, and nothing in the result says so.
    Raises ValueError if an end is not finite, lo is not below hi, n < 2, the grid has more than 2**62
    points, or log_joint returns NaN, +inf (an integrable singularity at an end) or a wrong shape.
    Source: chapter 1, "Adding up tiny numbers".
    """
    check_callable(log_joint, "log_joint")
    lo, hi = check_finite(lo, "lo", ndim=(0, 1)), check_finite(hi, "hi", ndim=(0, 1))
    n = check_integer(n, "n", minimum=2)
    if hi.shape != lo.shape:
        _fail("hi", f"of the shape of lo, {lo.shape}", f"shape {hi.shape}")
    if (lo >= hi).any():
        _fail("lo", "below hi", f"lo = {lo} and hi = {hi}")
    axes = np.linspace(np.atleast_1d(lo), np.atleast_1d(hi), n, axis=-1)            # (D, n)
    dim = len(axes)
    if n**dim > 2**62:
        _fail("n", "such that n**D is at most 2**62", f"n = {n} with D = {dim}")

    blocks = []
    for start in range(0, n**dim, _BLOCK):
        index = np.unravel_index(np.arange(start, min(start + _BLOCK, n**dim)), (n,) * dim)
        z = np.stack([axis[i] for axis, i in zip(axes, index)], axis=-1)            # (S, D)
        ends = sum((i == 0) | (i == n - 1) for i in index)                          # each halves a weight
        values = _log_values(log_joint, z[:, 0] if lo.ndim == 0 else z, "log_joint")
        blocks.append(log_mean_exp(values - ends * np.log(2)) + np.log(len(values)))
    log_sum = log_mean_exp(blocks) + np.log(len(blocks))
    return float(log_sum + np.log(axes[:, 1] - axes[:, 0]).sum())


def importance_sampling(log_joint, proposal, rng, num_samples):
    """Log evidence by importance sampling: the mean of w = p(x, z) / q(z) over draws z ~ q.

    log_joint : (S,) -> (S,) or (S, D) -> (S,), in nats; may be -inf.
    proposal : a distribution q that has mass wherever p(x, z) has; with the prior this is simple
        Monte Carlo.
    rng : numpy.random.Generator.
    num_samples : number of draws S, at least 2.

    Returns Estimate. exp(value) is unbiased for the evidence, hence value is on average *below* the
    log evidence (Jensen). Raises ValueError for invalid arguments, or if log_joint returns NaN, +inf
    or a wrong shape.
    Source: chapter 1, "Five estimators"; MacKay (2003), Information Theory, Inference, and Learning
    Algorithms, section 29.2.
    """
    check_callable(log_joint, "log_joint")
    _check_samplable(proposal, "proposal")
    check_rng(rng)
    z = _draw(proposal, rng, check_integer(num_samples, "num_samples", minimum=2), "proposal")
    log_q = _log_values(proposal.log_prob, z, "proposal.log_prob")
    return _estimate(_log_values(log_joint, z, "log_joint") - log_q)


def annealed_importance_sampling(log_joint, prior, rng, num_chains, num_temperatures):
    """Log evidence by annealed importance sampling.

    Each chain starts at a draw from the prior and passes through the densities
    f_t(z) = prior(z)^(1-t) p(x, z)^t, t = 0 ... 1, with one update that leaves f_t invariant at each;
    its weight is the product of f_t(z) / f_s(z) over neighbouring temperatures s < t.

    log_joint : (S,) -> (S,) or (S, D) -> (S,), in nats; may be -inf. Called only where the prior has
        mass, with S at most num_chains.
    prior : a normalised, continuous distribution to start from, of one number or one vector: sample,
        log_prob, and variance or covariance. Need not be the model's prior, but must have mass wherever
        p(x, z) has. Not a Dirichlet: a straight line leaves the simplex.
    rng : numpy.random.Generator.
    num_chains : independent chains, at least 2.
    num_temperatures : temperatures, 0 and 1 included, at least 2 (which is simple Monte Carlo). They are
        spaced as (k/K)^4, densest near the prior, where f_t changes fastest.

    The update is slice sampling along a random line. It needs no step size, so nothing is tuned to the
    target and exp(value) is exactly unbiased for the evidence at any setting; hence value is on average
    below the log evidence. It costs some 3 to 7 evaluations for each chain and temperature.

    Returns Estimate. Raises ValueError for invalid arguments, or if log_joint returns NaN, +inf or a
    wrong shape.
    Source: chapter 1, "Five estimators"; Neal (2001), "Annealed importance sampling", Statistics and
    Computing 11, 125-139. Power-law spacing: Friel and Pettitt (2008), "Marginal likelihood estimation via
    power posteriors", JRSS B 70.
    """
    check_callable(log_joint, "log_joint")
    _check_samplable(prior, "prior")
    check_rng(rng)
    temperatures = _temperatures(num_temperatures)
    z = _draw(prior, rng, check_integer(num_chains, "num_chains", minimum=2), "prior", continuous=True)
    return _estimate(_anneal(log_joint, prior, z, temperatures, rng))


def reverse_annealed_importance_sampling(log_joint, prior, posterior_samples, rng, num_temperatures):
    """A stochastic upper bound on the log evidence, by annealing from the posterior back to the prior.

    The chains of `annealed_importance_sampling` are run backwards from exact posterior draws. Their
    mean weight estimates 1/p(x) without bias, so minus its log is on average *above* the log evidence:
    with the forward run below, the truth is in between (bidirectional Monte Carlo).

    log_joint, prior, rng, num_temperatures : as in `annealed_importance_sampling`.
    posterior_samples : (S,) or (S, D), at least 2 independent *exact* draws from p(z | x). With draws
        from an approximation there is no bound. Where the likelihood is zero on part of the prior, 1/p(x)
        is underestimated, which keeps the bound and loosens it.

    Returns Estimate: value is the bound, std_error and ess describe the reverse weights.
    Raises ValueError as `annealed_importance_sampling` does, or if a draw has density zero.
    Source: chapter 1, "A bound from below, a bound from above"; Grosse, Ghahramani, Adams (2015),
    "Sandwiching the marginal likelihood using bidirectional Monte Carlo", arXiv:1511.02543.
    """
    check_callable(log_joint, "log_joint")
    _check_samplable(prior, "prior")
    check_rng(rng)
    temperatures = _temperatures(num_temperatures)[::-1]
    z = check_finite(posterior_samples, "posterior_samples", ndim=(1, 2)).astype(np.float64)
    throwaway = _draw(prior, np.random.default_rng(0), 1, "prior", continuous=True)     # for its shape
    if z.shape[1:] != throwaway.shape[1:] or len(z) < 2:
        _fail("posterior_samples", f"at least 2 draws of shape {throwaway.shape[1:]}", f"shape {z.shape}")
    if np.isneginf(_log_densities(log_joint, prior, z)).any():
        _fail("posterior_samples", "where prior and joint have mass", "a draw with density zero")
    value, std_error, ess = _estimate(_anneal(log_joint, prior, z, temperatures, rng))
    return Estimate(-value, std_error, ess)


def _temperatures(num_temperatures):
    return np.linspace(0, 1, check_integer(num_temperatures, "num_temperatures", minimum=2)) ** 4


def _anneal(log_joint, prior, z, temperatures, rng):
    """Log weights (S,) of chains that start at z, drawn from f_t at the first temperature, and are
    carried to the last one. log f_t = log prior + t * log ratio, with ratio = joint / prior."""
    along = _line(prior, z.shape[1:])
    log_prior, log_ratio = _log_densities(log_joint, prior, z)
    log_weights = (temperatures[1] - temperatures[0]) * log_ratio
    for t, next_t in zip(temperatures[1:-1], temperatures[2:]):
        z, log_prior, log_ratio = _slice(log_joint, prior, z, t, log_prior, log_ratio, along, rng)
        log_weights = log_weights + (next_t - t) * log_ratio
    return log_weights


def _slice(log_joint, prior, z, t, log_prior, log_ratio, along, rng):
    """One slice-sampling update of f_t for every chain, along a random line through its z.

    The bracket has a fixed length and a uniformly random place around z; a rejected point becomes its
    new end, on the side of z where it fell. Source: Neal (2003), "Slice sampling", Annals of Statistics
    31, 705-767, where this is shown to leave the density invariant.
    """
    z, log_prior, log_ratio = z.copy(), log_prior.copy(), log_ratio.copy()
    log_f = log_prior + t * log_ratio
    height = log_f - rng.standard_exponential(len(z))
    line = along(rng, len(z))
    high = rng.random(len(z))
    low = high - 1
    todo = np.flatnonzero(log_f > -np.inf)                      # a chain with weight zero may stay put
    while todo.size:
        u = rng.uniform(low[todo], high[todo])
        proposed = z[todo] + (line[todo].T * u).T
        densities = _log_densities(log_joint, prior, proposed)
        inside = (densities[0] + t * densities[1] >= height[todo]) | (u == 0)    # u = 0 is z itself
        moved, rejected, u = todo[inside], todo[~inside], u[~inside]
        z[moved] = proposed[inside]
        log_prior[moved], log_ratio[moved] = densities[:, inside]
        low[rejected[u < 0]], high[rejected[u > 0]] = u[u < 0], u[u > 0]
        todo = rejected
    return z, log_prior, log_ratio


def _log_densities(log_joint, prior, z):
    """(2, S): log prior and log joint - log prior. The joint is not asked where the prior is zero."""
    log_prior = _log_values(prior.log_prob, z, "prior.log_prob")
    inside = log_prior > -np.inf
    log_ratio = np.full(len(z), -np.inf)
    if inside.any():
        log_ratio[inside] = _log_values(log_joint, z[inside], "log_joint") - log_prior[inside]
    return np.stack([log_prior, log_ratio])


def _line(prior, shape):
    """A function (rng, S) -> S segments in random directions, four prior standard deviations long."""
    if not shape:
        deviation = np.sqrt(check_positive(prior.variance, "prior.variance"))
        return lambda rng, size: np.full(size, 4 * deviation)
    covariance = np.asarray(prior.covariance if hasattr(prior, "covariance") else np.diag(prior.variance))
    if np.linalg.matrix_rank(covariance) < len(covariance):
        _fail("prior", "a distribution whose covariance has full rank", type(prior).__name__)
    root = np.linalg.cholesky(covariance).T

    def along(rng, size):
        direction = rng.standard_normal((size,) + shape)
        return 4 * (direction / np.linalg.norm(direction, axis=1, keepdims=True)) @ root

    return along


def harmonic_mean(log_likelihood):
    """The harmonic mean estimate of the log evidence. Do not use it: it is here to be seen failing.

    log_likelihood : (S,) log p(x | z) at S >= 2 draws z from the posterior, in nats, finite.

    Returns Estimate, with value = -log mean 1/p(x | z). The estimate of 1/p(x) is unbiased and usually has
    infinite variance, because the posterior hardly ever visits the regions of low likelihood that
    decide it. So value usually comes out too high, barely depends on how vague the prior is, and std_error, a
    finite number computed from the draws at hand, says none of this.
    Raises ValueError if the input is not a finite array (S,) with S >= 2.
    Source: chapter 1, "Five estimators"; Newton and Raftery (1994), "Approximate Bayesian inference with the
    weighted likelihood bootstrap", JRSS B 56, 3-48.
    """
    log_likelihood = check_finite(log_likelihood, "log_likelihood", ndim=1).astype(np.float64)
    if log_likelihood.size < 2:
        _fail("log_likelihood", "at least 2 values", "1")
    value, std_error, ess = _estimate(-log_likelihood)
    return Estimate(-value, std_error, ess)


@dataclass
class BetaBernoulli:
    """A coin: theta ~ Beta(a, b), and flips that come up heads with probability theta.

    a, b : positive numbers. They are stored, and checked when a method is called.
    Source: chapter 1, "Four words, on one coin"; MacKay (2003), section 3.2 (the bent coin) and chapter 28.
    """

    a: float = 1.0
    b: float = 1.0

    def _checked(self, heads, tails):
        a, b = (float(check_positive(v, name, ndim=0)) for v, name in ((self.a, "a"), (self.b, "b")))
        heads, tails = (float(check_counts(check_finite(v, name, ndim=0), name))
                        for v, name in ((heads, "heads"), (tails, "tails")))
        return a, b, heads, tails

    def posterior(self, heads, tails):
        """Beta(a + heads, b + tails). Raises ValueError unless both are whole numbers, zero or more."""
        a, b, heads, tails = self._checked(heads, tails)
        return Beta(a + heads, b + tails)

    def predictive(self, heads, tails):
        """Probability that the next flip is heads, after `heads` and `tails`; a float."""
        a, b, heads, tails = self._checked(heads, tails)
        return (a + heads) / (a + heads + b + tails)

    def log_evidence(self, heads, tails):
        """Log probability of one particular sequence with that many heads and tails, in nats; a float.

        It is log B(a + heads, b + tails) - log B(a, b), summed here as the log predictive probabilities
        of the flips one by one (the chain rule). All terms have one sign, so nothing cancels, which the
        difference of two log Beta functions cannot promise. The time grows with the number of flips: a
        few milliseconds for a million.
        """
        a, b, heads, tails = self._checked(heads, tails)
        return 0.0 - _log1p_sum(b, a, heads) - _log1p_sum(a + heads, b, tails)      # no flips: 0.0, not -0.0


def _log1p_sum(top, bottom, count):
    """Sum over i = 0 ... count-1 of log(1 + top / (bottom + i))."""
    total = 0.0
    for start in range(0, int(count), _BLOCK):
        total += np.log1p(top / (bottom + np.arange(start, min(start + _BLOCK, count)))).sum()
    return float(total)


@dataclass
class NormalNormal:
    """A mean to be learned: mu ~ N(prior_mean, prior_scale^2), x_n | mu ~ N(mu, noise_scale^2).

    Scales are standard deviations. Parameters are stored, and checked when a method is called.
    Source: chapter 1, "A sum over combinations"; Bishop (2006), Pattern Recognition and Machine Learning,
    section 2.3.6.
    """

    prior_mean: float = 0.0
    prior_scale: float = 1.0
    noise_scale: float = 1.0

    def _checked(self, x):
        return (
            float(check_finite(self.prior_mean, "prior_mean", ndim=0)),
            float(check_positive(self.prior_scale, "prior_scale", ndim=0)),
            float(check_positive(self.noise_scale, "noise_scale", ndim=0)),
            check_finite(x, "x", ndim=1).astype(np.float64),
        )

    def posterior(self, x):
        """Normal distribution of mu given x (N,). Raises ValueError unless x is finite and (N,)."""
        mean, scale, noise, x = self._checked(x)
        signal = np.sqrt(x.size) * scale
        total = np.hypot(signal, noise)                         # sqrt(N scale^2 + noise^2), no overflow
        return Normal(mean + (x.mean() - mean) * (signal / total) ** 2, scale * (noise / total))

    def log_evidence(self, x):
        """Log density of x (N,) with mu integrated out, in nats; a float.

        x is jointly normal with covariance noise_scale^2 I + prior_scale^2 11^T; the two terms below are
        the spread of x about its mean and the distance of that mean from prior_mean.
        """
        mean, scale, noise, x = self._checked(x)
        n, average = x.size, x.mean()
        total = np.hypot(np.sqrt(n) * scale, noise)
        spread = (((x - average) / noise) ** 2).sum()
        distance = n * ((average - mean) / total) ** 2
        log_det = 2 * (n - 1) * np.log(noise) + 2 * np.log(total)
        return float(-0.5 * (n * np.log(2 * np.pi) + log_det + spread + distance))


@dataclass
class LinearRegression:
    """Bayesian linear regression: w ~ N(0, I / alpha), y_n ~ N(w . phi_n, 1 / beta).

    alpha : precision of the weights; beta : precision of the noise. Positive numbers, stored, and checked
    when a method is called. Phi is (N, D), one row of features a datum; y is (N,). Any N >= 1 and D >= 1.

    Everything rests on one QR factorisation of the rows sqrt(beta) Phi and sqrt(alpha) I stacked, since
    R^T R = alpha I + beta Phi^T Phi, the posterior precision. Forming that product would square the
    condition number. Pivoted columns and rows sorted by size keep small rows accurate beside large
    ones (Cox and Higham 1998, "Stability of Householder QR factorization for weighted least squares
    problems"), as unscaled powers x^12 need.
    Source: chapter 1, "Estimating the evidence"; Bishop (2006), sections 3.3 and 3.5: posterior (3.53, 3.54),
    predictive (3.58, 3.59), log evidence (3.86); MacKay (2003), chapter 28, on what the log evidence weighs.
    """

    alpha: float = 1.0
    beta: float = 1.0

    def _precisions(self):
        return (float(check_positive(self.alpha, "alpha", ndim=0)),
                float(check_positive(self.beta, "beta", ndim=0)))

    def _solve(self, Phi, y):
        """(Phi, R, order, mean, misfit): R belongs to the columns in `order`; misfit is
        beta |y - Phi mean|^2 + alpha |mean|^2."""
        alpha, beta = self._precisions()
        Phi = check_finite(Phi, "Phi", ndim=2).astype(np.float64)
        y = check_finite(y, "y", ndim=1).astype(np.float64)
        if len(y) != len(Phi):
            _fail("y", f"of length {len(Phi)}, one entry a row of Phi", f"length {len(y)}")
        rows = np.vstack([np.sqrt(beta) * Phi, np.sqrt(alpha) * np.eye(Phi.shape[1])])
        target = np.concatenate([np.sqrt(beta) * y, np.zeros(Phi.shape[1])])
        by_size = np.argsort(-np.abs(rows).max(axis=1), kind="stable")
        Q, R, order = qr(rows[by_size], mode="economic", pivoting=True)
        projected = Q.T @ target[by_size]
        residual = target[by_size] - Q @ projected
        mean = np.empty(Phi.shape[1])
        mean[order] = solve_triangular(R, projected)
        return Phi, R, order, mean, residual @ residual

    def posterior(self, Phi, y):
        """MultivariateNormal of the D weights. Raises ValueError for arrays that are not finite or do not
        match, and if the covariance is too ill-conditioned to be stored as a matrix (`predictive` and
        `log_evidence` do not need it)."""
        _, R, order, mean, _ = self._solve(Phi, y)
        root = np.empty_like(R)
        root[order] = solve_triangular(R, np.eye(len(R)))
        return MultivariateNormal(mean, root @ root.T)

    def predictive(self, Phi, y, Phi_new):
        """Normal, one for each row of Phi_new (M, D), of a new observation with its noise."""
        _, R, order, mean, _ = self._solve(Phi, y)
        Phi_new = check_finite(Phi_new, "Phi_new", ndim=2).astype(np.float64)
        if Phi_new.shape[1] != len(mean):
            _fail("Phi_new", f"an array with {len(mean)} columns, as Phi", f"shape {Phi_new.shape}")
        scaled = solve_triangular(R, Phi_new[:, order].T, trans="T")                # (D, M)
        _, beta = self._precisions()
        return Normal(Phi_new @ mean, np.sqrt(1 / beta + (scaled**2).sum(axis=0)))

    def log_evidence(self, Phi, y):
        """Log density of y (N,) with the weights integrated out, in nats; a float."""
        Phi, R, _, _, misfit = self._solve(Phi, y)
        alpha, beta = self._precisions()
        n, dim = Phi.shape
        log_det = 2 * np.log(np.abs(np.diag(R))).sum()          # of alpha I + beta Phi^T Phi
        return float(0.5 * (dim * np.log(alpha) + n * np.log(beta / (2 * np.pi)) - misfit - log_det))
