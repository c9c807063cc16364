"""The bound L(q, theta) for discrete latent variables, and the four numbers of one EM step."""

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, xlogy

from varinf._check import _fail, check_finite
from varinf.variational_em._checks import check_rows


class Chain(NamedTuple):
    """log p(x | old) >= L(q, old) <= L(q, new) <= log p(x | new), in nats, sums over the data.

    The outer two hold for every q. The first is an equality only if q is the posterior under the old
    parameters, the last only if q is the posterior under the new ones too. The middle one holds if the new
    parameters came from an M-step, or any step that raises the bound, with this q.
    Source: chapter 5, "The chain".
    """

    log_evidence_old: float
    elbo_old: float
    elbo_new: float
    log_evidence_new: float


def free_energy(log_joint, q):
    """The bound L(q, theta) = E_q[log p(x, z | theta)] + H(q), summed over the data.

    log_joint : (N, K) log p(x_n, z_n = k | theta), in nats; may be -inf.
    q : (N, K) a distribution over the K states in each row; zeros allowed.

    Returns a float, never above log p(x | theta); -inf if q has mass where log_joint is -inf. Raises
    ValueError if the shapes differ, log_joint holds NaN or +inf, or the rows of q are not distributions.
    Source: chapter 5, "One bound, two steps"; Neal and Hinton (1998); Bishop (2006), equation (9.71).
    """
    log_joint = _check_log_joint(log_joint, "log_joint")
    return total(log_joint, check_rows(q, "q", log_joint.shape))


def chain(log_joint_old, log_joint_new, q):
    """The four numbers of one step of EM, for any q and any two settings of the parameters.

    log_joint_old, log_joint_new : (N, K) log p(x_n, z_n = k | theta) under the old and the new parameters.
    q : (N, K) a distribution over the K states in each row.

    Returns Chain. Raises ValueError as `free_energy` does.
    Source: chapter 5, "The chain"; Neal and Hinton (1998); Bishop (2006), section 9.4.
    """
    old = _check_log_joint(log_joint_old, "log_joint_old")
    new = _check_log_joint(log_joint_new, "log_joint_new")
    if new.shape != old.shape:
        _fail("log_joint_new", f"of shape {old.shape}, as log_joint_old", f"shape {new.shape}")
    q = check_rows(q, "q", old.shape)
    return Chain(
        float(logsumexp(old, axis=1).sum()), total(old, q),
        total(new, q), float(logsumexp(new, axis=1).sum()))


def total(log_joint, q):
    """`free_energy` without its checks."""
    with np.errstate(invalid="ignore"):                         # 0 * (-inf) is 0 here, not NaN
        energy = np.where(q > 0, q * log_joint, 0.0).sum()
    return float(energy - xlogy(q, q).sum())


def _check_log_joint(value, name):
    log_joint = check_finite(value, name, ndim=2, allow_infinite=True).astype(np.float64)
    if (log_joint == np.inf).any():
        _fail(name, "below +inf", f"{int((log_joint == np.inf).sum())} infinite values")
    return log_joint
