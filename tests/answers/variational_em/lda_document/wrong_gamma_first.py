# Updates gamma and then phi, after a first phi: what comes back is one update of phi ahead.
# message: phi is one update ahead of gamma
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    phi = softmax(np.log(beta).T + digamma(gamma), axis=1)
    for _ in range(iterations):
        gamma = alpha + counts @ phi
        phi = softmax(np.log(beta).T + digamma(gamma), axis=1)
    return gamma, phi
