# Expected log proportions in full, each word's logs normalised by a log-sum-exp.
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + np.sum(counts) / alpha.size
    for _ in range(iterations):
        log_theta = digamma(gamma) - digamma(gamma.sum())
        log_phi = np.log(beta.T) + log_theta
        phi = np.exp(log_phi - logsumexp(log_phi, axis=1, keepdims=True))
        gamma = alpha + phi.T @ counts
    return gamma, phi
