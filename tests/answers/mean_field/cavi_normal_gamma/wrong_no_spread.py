# Squares the distance from the mean of q(mu) and forgets its spread.
# message: The spread of q(mu) is missing
def cavi_normal_gamma(x, mu0, lam0, a0, b0, iterations):
    N = x.size
    a = a0 + (N + 1) / 2
    expected_tau = a0 / b0
    for _ in range(iterations):
        mu, lam = (lam0 * mu0 + x.sum()) / (lam0 + N), (lam0 + N) * expected_tau
        squares = np.sum((x - mu) ** 2) + lam0 * (mu - mu0) ** 2
        b = b0 + squares / 2
        expected_tau = a / b
    return {"mu": mu, "lam": lam, "a": a, "b": b}
