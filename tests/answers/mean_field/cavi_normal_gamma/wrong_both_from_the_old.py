# Updates q(tau) with the lam of the iteration before.
# message: You updated both factors from the old ones
def cavi_normal_gamma(x, mu0, lam0, a0, b0, iterations):
    N, a, b = x.size, a0, b0
    lam = (lam0 + N) * a0 / b0
    mu = (lam0 * mu0 + x.sum()) / (lam0 + N)
    squares = np.sum((x - mu) ** 2) + lam0 * (mu - mu0) ** 2
    for _ in range(iterations):
        lam, a, b = (lam0 + N) * a / b, a0 + (N + 1) / 2, b0 + 0.5 * (squares + (N + lam0) / lam)
    return {"mu": mu, "lam": lam, "a": a, "b": b}
