# Every word of the vocabulary counts once.
# message: The counts are missing from gamma
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = softmax(np.log(beta).T + digamma(gamma), axis=1)
        gamma = alpha + phi.sum(axis=0)
    return gamma, phi
