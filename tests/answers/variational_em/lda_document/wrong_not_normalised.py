# phi is left as it is.
# message: phi is not normalised
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = beta.T * np.exp(digamma(gamma))
        gamma = alpha + counts @ phi
    return gamma, phi
