# The chain rule: each flip is predicted from those before it, with no special function at all.
import math


def log_evidence_coin(heads, tails, a, b):
    total = 0.0
    for i in range(heads):
        total += math.log((a + i) / (a + b + i))
    for j in range(tails):
        total += math.log((b + j) / (a + b + heads + j))
    return total
