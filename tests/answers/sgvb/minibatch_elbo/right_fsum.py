# Plain Python, with an exact sum.
import math


def minibatch_elbo(log_likelihoods, kl, n_total):
    values = list(log_likelihoods)
    return -kl + math.fsum(values) * (n_total / len(values))
