# The standard library's normal distribution, one simulation after another.
from statistics import NormalDist


def coverage(truth, means, sds, level):
    z = NormalDist().inv_cdf(0.5 + level / 2)
    held = [abs(t - m) <= z * s for t, m, s in zip(truth, means, sds)]
    return sum(held) / len(held)
