# The exact posterior's parameters: the factors are not independent there.
def cavi_normal_gamma(x, mu0, lam0, a0, b0, iterations):
    N = x.size
    mu = (lam0 * mu0 + x.sum()) / (lam0 + N)
    a, b = a0 + N / 2, b0 + 0.5 * (np.sum((x - mu) ** 2) + lam0 * (mu - mu0) ** 2)
    return {"mu": mu, "lam": (lam0 + N) * a / b, "a": a, "b": b}
