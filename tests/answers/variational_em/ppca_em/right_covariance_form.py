# Tipping and Bishop's form, which needs the covariance S only; starts from columns of the identity, tilted.
def ppca_em(X, k, iterations):
    N, D = X.shape
    S = np.cov(X, rowvar=False, bias=True)
    scale = np.sqrt(np.trace(S) / D)
    W = scale * (np.eye(D, k) + 0.3 * np.cos(np.arange(D * k) ** 2).reshape(D, k))
    sigma2, trace = scale**2, []
    for _ in range(iterations):
        M_inverse = np.linalg.inv(W.T @ W + sigma2 * np.eye(k))
        SW = S @ W
        new = SW @ np.linalg.inv(sigma2 * np.eye(k) + M_inverse @ W.T @ SW)
        sigma2 = np.trace(S - SW @ M_inverse @ new.T) / D
        W = new
        C = W @ W.T + sigma2 * np.eye(D)
        fit = np.linalg.slogdet(C)[1] + np.trace(np.linalg.inv(C) @ S)
        trace.append(-N / 2 * (D * np.log(2 * np.pi) + fit))
    return W, sigma2, trace
