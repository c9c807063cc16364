"""Gradients through randomness: stochastic gradient variational Bayes.

Natural logarithms, in nats; `scale` is a standard deviation. Functions that are passed in take S points at
once. Where a gradient is needed and not given, autograd differentiates the function, which is then written
with `autograd.numpy`.

`reparameterization_gradient`, `score_gradient`: the two ways to a gradient, draw by draw.
`sgvb_a`, `sgvb_b`, `minibatch_elbo`: estimators of the ELBO. `gamma_implicit_gradient`: through Gamma draws.
`Adam`, `fit`: a Gaussian q for any log density. `constrain` with `real`, `positive`, `unit_interval` and
`simplex`: densities of constrained values, moved to the real line.
"""

from varinf._ascent import ConvergenceWarning
from varinf.sgvb._adam import Adam
from varinf.sgvb._estimators import (
    Gradient,
    minibatch_elbo,
    reparameterization_gradient,
    score_gradient,
    sgvb_a,
    sgvb_b,
)
from varinf.sgvb._fit import Fit, fit
from varinf.sgvb._implicit import gamma_implicit_gradient
from varinf.sgvb._transforms import Constrained, constrain, positive, real, simplex, unit_interval

__all__ = [
    "Adam",
    "Constrained",
    "ConvergenceWarning",
    "Fit",
    "Gradient",
    "constrain",
    "fit",
    "gamma_implicit_gradient",
    "minibatch_elbo",
    "positive",
    "real",
    "reparameterization_gradient",
    "score_gradient",
    "sgvb_a",
    "sgvb_b",
    "simplex",
    "unit_interval",
]
