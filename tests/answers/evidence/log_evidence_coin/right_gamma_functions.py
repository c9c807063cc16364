# The Beta functions written out as log Gamma functions, with the standard library.
from math import lgamma


def log_evidence_coin(heads, tails, a, b):
    log_beta = lambda s, t: lgamma(s) + lgamma(t) - lgamma(s + t)
    return log_beta(a + heads, b + tails) - log_beta(a, b)
