# The start leaves alpha out.
# message: The start is alpha + counts.sum() / K.
def lda_document(counts, alpha, beta, iterations):
    gamma = np.full(len(alpha), counts.sum() / len(alpha))
    for _ in range(iterations):
        phi = softmax(np.log(beta).T + digamma(gamma), axis=1)
        gamma = alpha + counts @ phi
    return gamma, phi
