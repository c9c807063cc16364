# Everything right, but the trace holds the bound with the q of the E-step.
# message: This is the bound, with q from before the M-step
def ppca_em(X, k, iterations):
    N, D = X.shape
    X = X - X.mean(axis=0)
    W, sigma2, trace = np.random.default_rng(0).normal(size=(D, k)) * X.std(), X.var(), []
    for _ in range(iterations):
        M = W.T @ W + sigma2 * np.eye(k)
        V = sigma2 * np.linalg.inv(M)
        Z = np.linalg.solve(M, W.T @ X.T).T
        W = np.linalg.solve(Z.T @ Z + N * V, Z.T @ X).T
        sigma2 = (np.sum((X - Z @ W.T) ** 2) + N * np.trace(W @ V @ W.T)) / (N * D)
        log_likelihood = -N * D / 2 * (np.log(2 * np.pi * sigma2) + 1)
        kl = (np.sum(Z**2) + N * (np.trace(V) - k - np.linalg.slogdet(V)[1])) / 2
        trace.append(log_likelihood - kl)
    return W, sigma2, trace
