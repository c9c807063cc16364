# One draw after another, each handed over as a row by itself.
import math


def sgvb_b(log_likelihood, mu, log_var, eps):
    sd = [math.exp(v / 2) for v in log_var]
    rows = [[m + s * e for m, s, e in zip(mu, sd, row)] for row in eps]
    values = [float(log_likelihood(np.array([row]))[0]) for row in rows]
    divergence = sum(m * m + s * s - 1 - v for m, s, v in zip(mu, sd, log_var)) / 2
    return sum(values) / len(values) - divergence
