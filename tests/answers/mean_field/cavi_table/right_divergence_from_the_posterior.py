# In plain Python; the ELBO as the log evidence minus the divergence from the posterior.
import math


def normalised(logs):
    top = max(logs)
    weights = [math.exp(v - top) for v in logs]
    return [w / sum(weights) for w in weights], top + math.log(sum(weights))


def cavi_table(log_joint, iterations):
    rows = log_joint.tolist()
    columns = log_joint.T.tolist()
    _, log_px = normalised([v for row in rows for v in row])
    q2, elbos = [1 / len(columns)] * len(columns), []
    for _ in range(iterations):
        q1, _ = normalised([sum(w * v for w, v in zip(q2, row) if w > 0) for row in rows])
        q2, _ = normalised([sum(w * v for w, v in zip(q1, column) if w > 0) for column in columns])
        gap = sum(
            a * b * (math.log(a) + math.log(b) - rows[i][j] + log_px)
            for i, a in enumerate(q1) for j, b in enumerate(q2) if a > 0 and b > 0
        )
        elbos.append(log_px - gap)
    return q1, q2, elbos
