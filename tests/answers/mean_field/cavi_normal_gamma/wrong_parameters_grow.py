# Adds to a and b in every iteration, as if the data were new each time.
# message: You took the data for new ones
def cavi_normal_gamma(x, mu0, lam0, a0, b0, iterations):
    N, a, b = x.size, a0, b0
    for _ in range(iterations):
        mu, lam = (lam0 * mu0 + x.sum()) / (lam0 + N), (lam0 + N) * a / b
        a = a + (N + 1) / 2
        b = b + 0.5 * (np.sum((x - mu) ** 2) + lam0 * (mu - mu0) ** 2 + (N + lam0) / lam)
    return {"mu": mu, "lam": lam, "a": a, "b": b}
