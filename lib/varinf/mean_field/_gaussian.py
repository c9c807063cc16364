"""Mean field for a correlated Gaussian, and for the mean and precision of a normal sample."""

import numpy as np
from scipy.linalg import block_diag
from scipy.special import gammaln

from varinf._ascent import check_tolerance, coordinate_ascent
from varinf._check import (
    _fail,
    check_finite,
    check_fitted,
    check_integer,
    check_positive,
    check_positive_definite,
)
from varinf.distributions import Gamma, MultivariateNormal, Normal, kl


def mean_field_gaussian(mean, precision, blocks=None):
    """The factorised q that minimises KL(q || N(mean, precision^-1)).

    mean : (D,); precision : (D, D), symmetric positive definite.
    blocks : the coordinates that stay together, a partition of 0 ... D-1 such as [[0, 1], [2]]; by default
        each is alone.

    Returns the MultivariateNormal with that mean whose covariance holds the inverses of the diagonal
    blocks of the precision: 1 / precision[j, j] for a coordinate alone, never more than its variance under
    the target. Raises ValueError for shapes that do not fit, a precision that is not positive definite, or
    blocks that are not a partition.
    Source: chapter 4, "A correlated Gaussian"; Bishop (2006), section 10.1.2.
    """
    mean, precision, blocks = _check_gaussian(mean, precision, blocks)
    covariance = block_diag(*(np.linalg.inv(precision[np.ix_(b, b)]) for b in blocks))
    order = np.argsort(np.concatenate(blocks))
    covariance = covariance[np.ix_(order, order)].astype(precision.dtype)
    return MultivariateNormal(mean, (covariance + covariance.T) / 2)


def cavi_gaussian(mean, precision, start, blocks=None, *, max_iter=1000, tol=1e-10, callback=None):
    """Coordinate ascent towards `mean_field_gaussian`, block after block.

    mean, precision, blocks : as there.
    start : (D,) means of q to start from. The covariances of the factors do not depend on the means, so
        they are at their optimum all along.
    max_iter, tol, callback : as in `coordinate_ascent`; the state is (D,), the means of q.

    Returns Ascent; `elbo` is -KL(q || p), since the target is normalised. Raises ValueError as
    `mean_field_gaussian`.
    Source: chapter 4, "A correlated Gaussian"; Bishop (2006), equations (10.13) and (10.15).
    """
    q = mean_field_gaussian(mean, precision, blocks)
    mean, precision, blocks = _check_gaussian(mean, precision, blocks)
    start = check_finite(start, "start", ndim=1)
    if start.shape != mean.shape:
        _fail("start", f"of length {len(mean)}, as mean", f"length {len(start)}")
    p = MultivariateNormal(mean, np.linalg.inv(precision))

    def update(block):
        rest = np.setdiff1d(np.arange(len(mean)), block)
        pull = np.linalg.solve(precision[np.ix_(block, block)], precision[np.ix_(block, rest)])

        def maximise(m):
            m = m.copy()
            m[block] = mean[block] - pull @ (m[rest] - mean[rest])
            return m

        return maximise

    def bound(m):
        return -kl(MultivariateNormal(m, q.covariance), p)

    return coordinate_ascent(
        [update(block) for block in blocks], bound, start, max_iter=max_iter, tol=tol, callback=callback)


class NormalGamma:
    """A normal sample with unknown mean and precision, and q(mu, tau) = q(mu) q(tau).

    Model: tau ~ Gamma(a0, rate b0), mu | tau ~ N(mu0, 1 / (lam0 tau)), x_n ~ N(mu, 1 / tau). It is
    conjugate, so the exact posterior is known too: a NormalGamma again, in which mu and tau depend on
    each other.

    mu0 : prior mean, in the units of x. lam0 : how many observations the prior mean is worth, positive.
    a0, b0 : shape and rate of the prior precision; b0 in the squared units of x.
    max_iter, tol : as in `coordinate_ascent`. Stored, and checked when a method is called.

    Learned: q(mu) = N(mu_, 1 / lam_), q(tau) = Gamma(a_, rate b_), also as `q_mu` and `q_tau`; `elbo_`,
    `converged_`, `n_iter_`.
    Source: chapter 4, "Unknown mean and precision"; Bishop (2006), section 10.1.3; MacKay (2003), chapter 33.
    """

    def __init__(self, mu0=0.0, lam0=1.0, a0=1.0, b0=1.0, *, max_iter=1000, tol=1e-10):
        self.mu0, self.lam0, self.a0, self.b0 = mu0, lam0, a0, b0
        self.max_iter, self.tol = max_iter, tol

    def fit(self, x, *, tau=None, callback=None):
        """Fit q to x (N,) and return self.

        tau : the E[tau] to start from, positive; a0 / b0 by default. Each sweep updates q(mu), then q(tau).
        callback : as in `coordinate_ascent`; the state is (mu, lam, a, b).

        Raises ValueError for invalid x, tau or parameters; warns with ConvergenceWarning.
        """
        mu0, lam0, a0, b0 = self._prior()
        n, average, spread, dtype = _moments(x)
        tau = a0 / b0 if tau is None else check_tolerance(tau, "tau")

        def update_mu(state):                                   # log q(mu) = E_tau[log p(x, mu, tau)] + const
            _, _, a, b = state
            return (lam0 * mu0 + n * average) / (lam0 + n), (lam0 + n) * a / b, a, b

        def expected_squares(mu, lam):                          # E[sum (x - mu)^2] and E[(mu - mu0)^2]
            return spread + n * ((average - mu) ** 2 + 1 / lam), (mu - mu0) ** 2 + 1 / lam

        def update_tau(state):                                  # log q(tau) = E_mu[log p(x, mu, tau)] + const
            mu, lam, _, _ = state
            misfit, distance = expected_squares(mu, lam)
            return mu, lam, a0 + (n + 1) / 2, b0 + (misfit + lam0 * distance) / 2

        def elbo(state):
            mu, lam, a, b = state
            misfit, distance = expected_squares(mu, lam)
            q_mu, q_tau = Normal(mu, lam**-0.5), Gamma(a, b)
            energy = (n + 1) / 2 * (q_tau.mean_log - np.log(2 * np.pi)) + np.log(lam0) / 2
            energy -= q_tau.mean / 2 * (misfit + lam0 * distance)
            return energy + q_mu.entropy() - kl(q_tau, Gamma(a0, b0))

        ascent = coordinate_ascent(
            [update_mu, update_tau], elbo, (mu0, lam0 * tau, a0, a0 / tau),
            max_iter=self.max_iter, tol=self.tol, callback=callback)
        self.mu_, self.lam_, self.a_, self.b_ = (dtype(value) for value in ascent.state)
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        return self

    @property
    def q_mu(self):
        """q(mu), a Normal."""
        check_fitted(self, "mu_")
        return Normal(self.mu_, self.lam_**-0.5)

    @property
    def q_tau(self):
        """q(tau), a Gamma."""
        check_fitted(self, "mu_")
        return Gamma(self.a_, self.b_)

    def exact_posterior(self, x):
        """The posterior given x (N,), exactly: a NormalGamma with updated mu0, lam0, a0 and b0."""
        mu0, lam0, a0, b0 = self._prior()
        n, average, spread, _ = _moments(x)
        shrunk = lam0 * n / (lam0 + n) * (average - mu0) ** 2
        return NormalGamma(
            (lam0 * mu0 + n * average) / (lam0 + n), lam0 + n, a0 + n / 2, b0 + (spread + shrunk) / 2,
            max_iter=self.max_iter, tol=self.tol)

    def log_prob(self, mu, tau):
        """Log density of this Normal-Gamma (mu0, lam0, a0, b0) at mu, any shape, and tau, positive, any
        shape that broadcasts; in nats."""
        mu0, lam0, a0, b0 = self._prior()
        tau = check_positive(tau, "tau")
        return Normal(mu0, (lam0 * tau) ** -0.5).log_prob(mu) + Gamma(a0, b0).log_prob(tau)

    def log_evidence(self, x):
        """Log density of x (N,) with mu and tau integrated out, in nats; a float."""
        _, lam0, a0, b0 = self._prior()
        n = _moments(x)[0]
        _, lam, a, b = self.exact_posterior(x)._prior()
        log_gammas = gammaln(a) - gammaln(a0) + a0 * np.log(b0) - a * np.log(b)
        return float(log_gammas + 0.5 * np.log(lam0 / lam) - n / 2 * np.log(2 * np.pi))

    def _prior(self):
        positive = (check_tolerance(getattr(self, name), name) for name in ("lam0", "a0", "b0"))
        return float(check_finite(self.mu0, "mu0", ndim=0)), *positive


def _moments(x):
    """(N, mean, sum of squares about the mean, dtype): about the mean, so that nothing cancels."""
    x = check_finite(x, "x", ndim=1)
    wide = x.astype(np.float64)
    average = wide.mean()
    return x.size, average, ((wide - average) ** 2).sum(), x.dtype.type


def _check_gaussian(mean, precision, blocks):
    mean = check_finite(mean, "mean", ndim=1)
    precision, _ = check_positive_definite(check_finite(precision, "precision", ndim=2), "precision")
    if len(mean) != len(precision):
        _fail("mean", f"of length {len(precision)}, to fit precision", f"length {len(mean)}")
    if blocks is None:
        return mean, precision, [[j] for j in range(len(mean))]
    try:
        checked = [[check_integer(j, "blocks", minimum=0) for j in block] for block in blocks]
    except TypeError:
        _fail("blocks", "a sequence of sequences of coordinates", repr(blocks))
    if sorted(sum(checked, [])) != list(range(len(mean))) or not all(checked):
        _fail("blocks", f"a partition of the coordinates 0 to {len(mean) - 1}", repr(blocks))
    return mean, precision, checked
