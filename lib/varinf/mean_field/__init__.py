"""Mean field: the best q that factorises, found by coordinate ascent on the evidence lower bound.

Natural logarithms, in nats. Every fit climbs with the one loop `coordinate_ascent`, and every trace
`elbo_` holds one value a sweep, recorded after the sweep's last update. The work is done in float64;
results are float32 when every array passed in is float32, traces are always float64.

`optimal_factor`, `factorised_elbo`, `cavi_table`: discrete variables, any table.
`mean_field_gaussian`, `cavi_gaussian`: a correlated Gaussian, one coordinate or one block a factor.
`NormalGamma`: unknown mean and precision. `BayesianLinearRegression`: with relevance determination.
`BayesianGaussianMixture`: in batch and by minibatches. `IsingDenoiser`: an image and its noise.
"""

from varinf._ascent import Ascent, ConvergenceWarning, coordinate_ascent
from varinf.mean_field._gaussian import NormalGamma, cavi_gaussian, mean_field_gaussian
from varinf.mean_field._ising import IsingDenoiser, flip_log_likelihood, normal_log_likelihood
from varinf.mean_field._mixture import BayesianGaussianMixture
from varinf.mean_field._regression import BayesianLinearRegression
from varinf.mean_field._table import cavi_table, factorised_elbo, optimal_factor

__all__ = [
    "Ascent",
    "BayesianGaussianMixture",
    "BayesianLinearRegression",
    "ConvergenceWarning",
    "IsingDenoiser",
    "NormalGamma",
    "cavi_gaussian",
    "cavi_table",
    "coordinate_ascent",
    "factorised_elbo",
    "flip_log_likelihood",
    "mean_field_gaussian",
    "normal_log_likelihood",
    "optimal_factor",
]
