# One word after another, each with its own largest log taken out.
def lda_document(counts, alpha, beta, iterations):
    K, V = beta.shape
    phi, gamma = np.zeros((V, K)), alpha + sum(counts) / K
    for _ in range(iterations):
        expected_log = digamma(gamma)
        gamma = alpha.copy()
        for v in range(V):
            logs = np.log(beta[:, v]) + expected_log
            terms = np.exp(logs - logs.max())
            phi[v] = terms / terms.sum()
            gamma += counts[v] * phi[v]
    return gamma, phi
