# Beta and the factor of gamma each divided by their largest values first, in log space.
def lda_document(counts, alpha, beta, iterations):
    gamma = alpha + counts.sum() / len(beta)
    log_beta = np.log(beta)
    log_beta = log_beta - log_beta.max(axis=0)
    for _ in range(iterations):
        log_rho = (log_beta + digamma(gamma)[:, None]).T
        rho = np.exp(log_rho - log_rho.max(axis=1)[:, None])
        phi = rho / rho.sum(axis=1)[:, None]
        gamma = alpha + (counts[:, None] * phi).sum(axis=0)
    return gamma, phi
