# math.log takes no arrays.
import math


def kl_normal(m0, sd0, m1, sd1):
    return math.log(sd1 / sd0) + 0.5 * ((sd0 / sd1) ** 2 + ((m0 - m1) / sd1) ** 2 - 1)
