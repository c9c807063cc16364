# Two hundred random draws are not accurate to two digits.
def mode_seek(log_p, m0, sd0):
    eps = np.random.default_rng(0).normal(size=200)

    def kl(t):
        return -t[1] - log_p(t[0] + np.exp(t[1]) * eps).mean()

    t = minimize(kl, [m0, np.log(sd0)]).x
    return t[0], np.exp(t[1])
