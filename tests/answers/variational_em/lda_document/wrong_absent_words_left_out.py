# Leaves the rows of words that do not occur at zero.
# message: row is normalised, whether it occurs or not
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = softmax(np.log(beta).T + digamma(gamma), axis=1) * (counts > 0)[:, None]
        gamma = alpha + counts @ phi
    return gamma, phi
