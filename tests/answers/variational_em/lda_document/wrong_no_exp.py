# Multiplies beta by the expected log itself.
# message: E[log theta] must be exponentiated
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = beta.T * digamma(gamma)
        phi = phi / phi.sum(axis=1, keepdims=True)
        gamma = alpha + counts @ phi
    return gamma, phi
