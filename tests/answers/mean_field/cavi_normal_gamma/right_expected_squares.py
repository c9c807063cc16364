# Every expected square written out, measured from the sample mean.
def cavi_normal_gamma(x, mu0, lam0, a0, b0, iterations):
    N, xbar = len(x), np.mean(x)
    scatter = np.sum((x - xbar) ** 2)
    a, b, tau = a0 + N / 2 + 0.5, b0, a0 / b0
    for _ in range(iterations):
        mu, lam = mu0 + N * (xbar - mu0) / (lam0 + N), (lam0 + N) * tau
        data = scatter + N * ((xbar - mu) ** 2 + 1 / lam)
        prior = lam0 * ((mu - mu0) ** 2 + 1 / lam)
        b = b0 + (data + prior) / 2
        tau = a / b
    return dict(mu=mu, lam=lam, a=a, b=b)
