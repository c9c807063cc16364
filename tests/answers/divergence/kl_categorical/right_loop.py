# One outcome after another, with the standard library.
import math


def kl_categorical(p, q):
    total = 0.0
    for a, b in zip(p.tolist(), q.tolist()):
        if a > 0 and b == 0:
            return math.inf
        if a > 0:
            total += a * (math.log(a) - math.log(b))
    return total
