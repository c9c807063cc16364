# Starts from somewhere else at every call.
# message: The same call gave two different answers
def ppca_em(X, k, iterations):
    N, D = X.shape
    X = X - X.mean(axis=0)
    S = X.T @ X / N
    W = np.random.default_rng().normal(size=(D, k)) * X.std()
    sigma2, log_likelihoods = X.var(), []
    for _ in range(iterations):
        M = W.T @ W + sigma2 * np.eye(k)
        V = sigma2 * np.linalg.inv(M)
        Z = np.linalg.solve(M, W.T @ X.T).T
        zz = Z.T @ Z + N * V
        new = np.linalg.solve(zz, Z.T @ X).T
        sigma2 = (np.sum((X - Z @ new.T) ** 2) + N * np.trace(new @ V @ new.T)) / (N * D)
        W = new
        C = W @ W.T + sigma2 * np.eye(D)
        fit = np.linalg.slogdet(C)[1] + np.trace(np.linalg.solve(C, S))
        log_likelihoods.append(-N / 2 * (D * np.log(2 * np.pi) + fit))
    return W, sigma2, np.array(log_likelihoods)
