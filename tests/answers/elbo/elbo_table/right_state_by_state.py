# A plain loop over the states with mass, added up without rounding.
import math


def elbo_table(log_joint, q):
    return math.fsum(w * (a - math.log(w)) for a, w in zip(log_joint.tolist(), q.tolist()) if w > 0)
