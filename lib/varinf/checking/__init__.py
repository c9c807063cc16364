"""Should you believe it? Checks of an approximate posterior, and something to compare it with.

Natural logarithms, in nats. Functions that are passed in take S points at once.

`log_weights`, `psis`: importance weights from q to the posterior, and their tail.
`simulation_based_calibration`, `sbc_ranks`, `uniformity_test`: ranks of the truth.
`hamiltonian_monte_carlo`, `split_r_hat`, `effective_sample_size`: a long run. `laplace`: a quick one.
"""

from varinf._ascent import ConvergenceWarning
from varinf.checking._calibration import Calibration, sbc_ranks, simulation_based_calibration, uniformity_test
from varinf.checking._laplace import Laplace, laplace
from varinf.checking._psis import Psis, log_weights, psis
from varinf.checking._sampler import Sample, effective_sample_size, hamiltonian_monte_carlo, split_r_hat

__all__ = [
    "Calibration",
    "ConvergenceWarning",
    "Laplace",
    "Psis",
    "Sample",
    "effective_sample_size",
    "hamiltonian_monte_carlo",
    "laplace",
    "log_weights",
    "psis",
    "sbc_ranks",
    "simulation_based_calibration",
    "split_r_hat",
    "uniformity_test",
]
