# The right formula with Beta functions instead of their logarithms: a million flips underflow.
# message: Somewhere you left log space
from scipy.special import beta


def log_evidence_coin(heads, tails, a, b):
    return np.log(beta(a + heads, b + tails) / beta(a, b))
