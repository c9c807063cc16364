# Starts from the closed form, where nothing moves, and does its iterations all the same.
def ppca_em(X, k, iterations):
    X = X - X.mean(axis=0)
    N, D = X.shape
    S = X.T @ X / N
    values, vectors = np.linalg.eigh(S)
    sigma2 = values[: D - k].mean()
    W = vectors[:, D - k:] * np.sqrt(values[D - k:] - sigma2)
    trace = []
    for _ in range(iterations):
        M = W.T @ W + sigma2 * np.eye(k)
        Z = X @ W @ np.linalg.inv(M)
        zz = Z.T @ Z + N * sigma2 * np.linalg.inv(M)
        W = X.T @ Z @ np.linalg.inv(zz)
        sigma2 = (np.sum(X * X) - np.sum(Z * (X @ W))) / (N * D)
        C = W @ W.T + sigma2 * np.eye(D)
        trace.append(-N / 2 * (np.linalg.slogdet(2 * np.pi * C)[1] + np.trace(np.linalg.solve(C, S))))
    return W, float(sigma2), np.array(trace)
