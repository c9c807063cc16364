# A plain loop over the states with mass, relative to the largest value.
import math


def gap_table(log_joint, q):
    values, weights = log_joint.tolist(), q.tolist()
    top = max(values)
    log_px = math.log(math.fsum(math.exp(a - top) for a in values))
    return math.fsum(w * (math.log(w) - (a - top) + log_px) for a, w in zip(values, weights) if w > 0)
