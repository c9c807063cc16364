# The grid of the 2009 paper: 20 + sqrt(M) points.
def pareto_k(log_weights):
    S = len(log_weights)
    M = int(np.ceil(min(S / 5, 3 * np.sqrt(S))))
    ordered = np.sort(log_weights)
    top = ordered[-1]
    y = np.exp(ordered[-M:] - top) - np.exp(ordered[-M - 1] - top)
    m = 20 + int(np.floor(np.sqrt(M)))
    i = np.arange(m) + 0.5
    b = 1 / y.max() + (1 - np.sqrt(m / i)) / (3 * y[int(np.floor(M / 4 + 0.5)) - 1])
    k = np.array([np.mean(np.log1p(-each * y)) for each in b])
    height = M * (np.log(-b / k) - k - 1)
    share = np.exp(height - logsumexp(height))
    k = np.mean(np.log1p(-np.sum(share * b) * y))
    return float((M * k + 5) / (M + 10))
