# At the start every topic gets all the words.
# message: The start shares the words out
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum()
    for _ in range(iterations):
        phi = softmax(np.log(beta).T + digamma(gamma), axis=1)
        gamma = alpha + counts @ phi
    return gamma, phi
