# Plain Python, one datum and one coordinate after another; a list comes back.
import math


def kl_to_standard_normal(mu, log_var):
    return [sum(0.5 * (m * m + math.exp(v) - 1.0 - v) for m, v in zip(means, logs))
            for means, logs in zip(mu.tolist(), log_var.tolist())]
