# One draw at a time, in plain Python.
import math
from statistics import mean, stdev


def elbo_monte_carlo(log_joint, m, sd, eps):
    terms = []
    for e in eps.tolist():
        log_q = -0.5 * e * e - math.log(sd) - 0.5 * math.log(2 * math.pi)
        terms.append(float(log_joint(np.array([m + sd * e]))[0]) - log_q)
    return mean(terms), stdev(terms) / math.sqrt(len(terms))
