# One draw after another, with the largest log weight met so far taken out.
import math


def corrected_expectation(values, log_weights):
    top, above, below = -math.inf, 0.0, 0.0
    for value, log_weight in zip(values.tolist(), log_weights.tolist()):
        if log_weight == -math.inf:
            continue
        if log_weight > top:
            shrink = math.exp(top - log_weight) if below else 0.0
            top, above, below = log_weight, above * shrink, below * shrink
        weight = math.exp(log_weight - top)
        above, below = above + weight * value, below + weight
    return above / below
