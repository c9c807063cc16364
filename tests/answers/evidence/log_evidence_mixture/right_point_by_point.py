# A plain loop over the points, the largest term of each taken out by hand.
import math


def log_evidence_mixture(x, weights, means, sd):
    total = 0.0
    for point in x:
        logs = [math.log(w) - (point - m) ** 2 / (2 * sd**2) for w, m in zip(weights, means) if w > 0]
        top = max(logs)
        total += top + math.log(sum(math.exp(value - top) for value in logs))
    return total - len(x) * math.log(sd * math.sqrt(2 * math.pi))
