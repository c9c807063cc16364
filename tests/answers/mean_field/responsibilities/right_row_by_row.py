# In plain Python, one datum after another.
import math


def responsibilities(log_rho):
    r = []
    for row in log_rho.tolist():
        top = max(row)
        rho = [math.exp(v - top) for v in row]
        r.append([v / math.fsum(rho) for v in rho])
    return r
