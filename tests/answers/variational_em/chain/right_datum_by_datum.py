# Plain Python: one datum after another, each with its own largest term taken out.
import math


def chain(x, r, old, new):
    def both(theta):
        log_px = bound = 0.0
        for value, row in zip(x.tolist(), r.tolist()):
            logs = [math.log(w / s) - math.log(2 * math.pi) / 2 - ((value - m) / s) ** 2 / 2
                    for w, m, s in zip(*theta)]
            log_px += max(logs) + math.log(sum(math.exp(a - max(logs)) for a in logs))
            bound += sum(q * (a - math.log(q)) for q, a in zip(row, logs) if q > 0)
        return log_px, bound

    (first, second), (fourth, third) = both(old), both(new)
    return first, second, third, fourth
