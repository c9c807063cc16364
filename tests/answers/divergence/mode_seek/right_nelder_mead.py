# A search without derivatives, over the mean and the log of the sd.
def mode_seek(log_p, m0, sd0):
    eps = np.linspace(-7, 7, 281)
    weights = np.exp(norm.logpdf(eps) - logsumexp(norm.logpdf(eps)))

    def kl(t):
        return -t[1] - np.sum(weights * log_p(t[0] + np.exp(t[1]) * eps))

    found = minimize(kl, [m0, np.log(sd0)], method="Nelder-Mead")
    return float(found.x[0]), float(np.exp(found.x[1]))
