# The prior is lost after the first iteration.
# message: alpha is missing from gamma
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = softmax(np.log(beta).T + digamma(gamma), axis=1)
        gamma = counts @ phi
    return gamma, phi
