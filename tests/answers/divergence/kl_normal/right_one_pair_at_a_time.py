# A function of four floats with the standard library, broadcast by NumPy.
import math


def one_pair(m0, sd0, m1, sd1):
    return math.log(sd1 / sd0) + ((sd0 / sd1) ** 2 + ((m0 - m1) / sd1) ** 2) / 2 - 0.5


def kl_normal(m0, sd0, m1, sd1):
    return np.vectorize(one_pair, otypes=[float])(m0, sd0, m1, sd1)[()]
