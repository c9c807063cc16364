# One draw after another, each handed over as a row by itself.
import math


def sgvb_a(log_joint, mu, log_var, eps):
    total = 0.0
    for row in eps:
        z = [m + math.exp(v / 2) * e for m, v, e in zip(mu, log_var, row)]
        log_q = sum(-0.5 * (math.log(2 * math.pi) + v + e * e) for v, e in zip(log_var, row))
        total += float(log_joint(np.array([z]))[0]) - log_q
    return total / len(eps)
