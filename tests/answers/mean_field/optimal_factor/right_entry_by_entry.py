# One state after another, in plain Python; pairs without mass are left out of the sum.
import math


def optimal_factor(log_joint, q_other, axis):
    rows = log_joint.tolist() if axis == 0 else log_joint.T.tolist()
    logs = [math.fsum(w * v for w, v in zip(q_other.tolist(), row) if w > 0) for row in rows]
    top = max(logs)
    total = math.fsum(math.exp(v - top) for v in logs)
    return [math.exp(v - top) / total for v in logs]
