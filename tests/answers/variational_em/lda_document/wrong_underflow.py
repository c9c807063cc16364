# The right formula without logs: a whole row underflows.
# message: exp(psi(gamma)) underflows
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = beta.T * np.exp(digamma(gamma))
        phi = phi / phi.sum(axis=1, keepdims=True)
        gamma = alpha + counts @ phi
    return gamma, phi
