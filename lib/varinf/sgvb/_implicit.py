"""Implicit reparameterisation: a gradient through draws whose quantile function has no closed form."""

import numpy as np
from scipy.special import gammainc, gammaincc

from varinf._check import _fail, check_finite
from varinf.distributions import Gamma

_DIFFERENCES = ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60))          # a central difference of order six


def gamma_implicit_gradient(z, q):
    """How a draw z of q = Gamma(a, b) moves when a or b does while its quantile is held: dz/da and dz/db.

    Differentiate F(z; a, b) = const: dz/da = -(dF/da) / q(z), and dz/db = -z / b. The gradient of E_q[f(z)]
    in a is then E_q[f'(z) dz/da], although z = F^-1(eps; a, b) is never written down.

    z : draws, 0 or more, of a shape that broadcasts with q's. 0, where draws underflow, gives 0.
    q : Gamma.

    dF/da is a central difference in a of the nearer tail of scipy's incomplete gamma function, about nine
    digits. Returns (d_concentration, d_rate). Raises ValueError if z is negative or not finite, or so far out
    that the tail beyond it underflows: no draw of q is.
    Source: chapter 6, "What cannot be reparameterised directly"; Figurnov, Mohamed and Mnih (2018).
    """
    if not isinstance(q, Gamma):
        _fail("q", "a Gamma", type(q).__name__)
    z = check_finite(z, "z")
    if (z < 0).any():
        _fail("z", "0 or more", f"a minimum of {z.min()}")
    a, x = np.broadcast_arrays(np.asarray(q.concentration, np.float64), z * np.asarray(q.rate, np.float64))
    low = gammainc(a, x)
    positive = x > 0
    width = 0.02 * np.minimum(a, np.sqrt(a))                    # on this scale the tails vary
    slope = np.zeros(x.shape)
    for tail, sign, here in ((gammainc, -1, low <= 0.5), (gammaincc, 1, low > 0.5)):
        here = here & positive
        at, h, point = a[here], width[here], x[here]
        if here.any():                                          # d tail = tail * d log tail: smoother
            with np.errstate(divide="ignore", invalid="ignore"):
                change = sum(
                    c * np.log(tail(at + k * h, point) / tail(at - k * h, point)) for k, c in _DIFFERENCES)
                slope[here] = sign * change / h * tail(at, point) / np.exp(Gamma(at, 1.0).log_prob(point))
    if not np.isfinite(slope).all():
        _fail("z", "draws of q", "a value that no draw reaches: the tail beyond it underflows")
    dtype = np.result_type(z, q.concentration, q.rate)
    return (slope / q.rate).astype(dtype)[()], (-z / q.rate * np.ones_like(a)).astype(dtype)[()]
