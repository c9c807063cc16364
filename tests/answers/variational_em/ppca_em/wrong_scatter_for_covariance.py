# The form with S, but S is not divided by N.
# message: its 1/N is missing
def ppca_em(X, k, iterations):
    N, D = X.shape
    X = X - X.mean(axis=0)
    S = X.T @ X
    W, sigma2, trace = np.random.default_rng(0).normal(size=(D, k)), 1.0, []
    for _ in range(iterations):
        M = W.T @ W + sigma2 * np.eye(k)
        new = S @ W @ np.linalg.inv(sigma2 * np.eye(k) + np.linalg.solve(M, W.T @ S @ W))
        sigma2 = np.trace(S - S @ W @ np.linalg.solve(M, new.T)) / D
        W = new
        C = W @ W.T + sigma2 * np.eye(D)
        fit = np.linalg.slogdet(C)[1] + np.trace(np.linalg.solve(C, S))
        trace.append(-N / 2 * (D * np.log(2 * np.pi) + fit))
    return W, sigma2, trace
