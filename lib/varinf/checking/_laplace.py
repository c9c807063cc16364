"""Laplace's approximation: a Gaussian with the mode and the curvature of the posterior."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from varinf._check import _fail, check_finite, check_integer
from varinf._gradient import with_values
from varinf.distributions import MultivariateNormal


class Laplace(NamedTuple):
    """q : MultivariateNormal at the mode. log_evidence : its estimate of log p(x), in nats.

    Source: chapter 8, "A yardstick".
    """

    q: MultivariateNormal
    log_evidence: float


def laplace(log_joint, dim, *, grad=None, start=None):
    """Gaussian at a mode of log_joint, with covariance minus the inverse of the second derivatives there.

    log_joint : (S, D) -> (S,), in nats, smooth. grad : its gradient, as in `varinf.sgvb.fit`; None: autograd.
    start : (D,), zeros by default; the mode that BFGS climbs to from there.

    Returns Laplace. Raises ValueError for invalid arguments, or if the climb ends where log_joint is not
    curved downwards in every direction. Source: chapter 8, "A yardstick"; Bishop (2006), equations 4.134,
    4.135.
    """
    dim = check_integer(dim, "dim")
    start = np.zeros(dim) if start is None else check_finite(start, "start").astype(np.float64)
    if start.shape != (dim,):
        _fail("start", f"of shape {(dim,)}", f"shape {start.shape}")
    both = with_values(log_joint, grad)

    def downhill(z):
        values, gradient = both(z[None])
        return -values[0], -gradient[0]

    if not np.isfinite(downhill(start)[0]):
        _fail("log_joint", "finite at the start", "NaN or infinity")
    mode = minimize(downhill, start, jac=True, method="BFGS", options={"gtol": 1e-8}).x
    width = 1e-4 * np.maximum(1, np.abs(mode))
    sides = np.concatenate([mode + np.diag(width), mode - np.diag(width)])
    up, down = np.split(both(sides)[1], 2)
    curvature = -(up - down) / (2 * width[:, None])
    curvature = (curvature + curvature.T) / 2
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature).min() <= 0:
        _fail("log_joint", "curved downwards where the climb ends", f"a flat or saddle point near {mode[:3]}")
    covariance = np.linalg.inv(curvature)
    q = MultivariateNormal(mode, (covariance + covariance.T) / 2)
    return Laplace(q, float(both(mode[None])[0][0] + q.entropy() - dim / 2))
