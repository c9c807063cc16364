# Takes p out of log space and the logarithm back again.
# message: never exponentiate it
def mode_seek(log_p, m0, sd0):
    eps = np.linspace(-8, 8, 161)
    weights = norm.pdf(eps) / norm.pdf(eps).sum()

    def kl(t):
        p = np.exp(log_p(t[0] + np.exp(t[1]) * eps))
        return -t[1] - weights @ np.log(p + 1e-300)

    t = minimize(kl, [m0, np.log(sd0)]).x
    return t[0], np.exp(t[1])
