# A plain double loop over the entries with mass.
import math


def free_energy(x, r, weights, means, sds):
    terms = []
    for value, row in zip(x, r):
        for q, w, m, s in zip(row, weights, means, sds):
            if q > 0:
                log_joint = math.log(w) - math.log(s) - math.log(2 * math.pi) / 2 - ((value - m) / s) ** 2 / 2
                terms.append(q * (log_joint - math.log(q)))
    return math.fsum(terms)
