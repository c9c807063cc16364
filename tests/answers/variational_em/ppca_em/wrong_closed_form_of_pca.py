# The leading principal components, scaled by their standard deviations: the noise is counted twice.
def ppca_em(X, k, iterations):
    N, D = X.shape
    S = np.cov(X, rowvar=False, bias=True)
    values, vectors = np.linalg.eigh(S)
    W, sigma2 = vectors[:, D - k:] * np.sqrt(values[D - k:]), values[: D - k].mean()
    C = W @ W.T + sigma2 * np.eye(D)
    fit = np.linalg.slogdet(C)[1] + np.trace(np.linalg.solve(C, S))
    return W, sigma2, np.full(iterations, -N / 2 * (D * np.log(2 * np.pi) + fit))
