# One draw at a time, in plain Python, with log q by the change of variables.
import math


def repaired_elbo(x, theta, m, sd, eps):
    terms = []
    for e in eps.tolist():
        z = m + sd * e
        terms.append(-((x - theta * z) ** 2 + z**2 - e**2) / 2 + math.log(sd) - math.log(2 * math.pi) / 2)
    return math.fsum(terms) / len(terms)
