# Normalises phi over the words.
# message: The columns of phi sum to one
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = softmax(np.log(beta).T + digamma(gamma), axis=0)
        gamma = alpha + counts @ phi
    return gamma, phi
