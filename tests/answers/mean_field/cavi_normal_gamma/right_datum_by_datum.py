# In plain Python, one datum after another; the prior as lam0 further data at mu0.
import math


def cavi_normal_gamma(x, mu0, lam0, a0, b0, iterations):
    data, weight = x.tolist(), lam0 + len(x)
    state = {"a": a0, "b": b0}
    for _ in range(iterations):
        state["mu"] = math.fsum([lam0 * mu0, *data]) / weight
        state["lam"] = weight * state["a"] / state["b"]

        def square(c):
            return (state["mu"] - c) ** 2 + 1 / state["lam"]

        state["a"] = a0 + (len(data) + 1) / 2
        state["b"] = b0 + 0.5 * (math.fsum(square(v) for v in data) + lam0 * square(mu0))
    return state
