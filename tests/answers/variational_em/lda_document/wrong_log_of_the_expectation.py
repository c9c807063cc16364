# The log of the expected proportion in place of the expected log.
# message: You used the log of the expected proportion
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(alpha)
    for _ in range(iterations):
        phi = softmax(np.log(beta).T + np.log(gamma / gamma.sum()), axis=1)
        gamma = alpha + counts @ phi
    return gamma, phi
