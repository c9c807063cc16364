# Plain Python, one datum and one component after another; lists instead of an array.
import math


def e_step(x, weights, means, sds):
    table = []
    for value in x:
        logs = [math.log(w / s) - ((value - m) / s) ** 2 / 2 for w, m, s in zip(weights, means, sds)]
        terms = [math.exp(a - max(logs)) for a in logs]
        table.append([term / sum(terms) for term in terms])
    return table
