# Integrates over a grid from -20 to 20, wherever p may live.
def mode_seek(log_p, m0, sd0):
    z = np.linspace(-20, 20, 4001)
    target = log_p(z)

    def kl(t):
        log_q = norm.logpdf(z, t[0], np.exp(t[1]))
        return np.trapezoid(np.exp(log_q) * (log_q - target), z)

    t = minimize(kl, [m0, np.log(sd0)], method="Nelder-Mead").x
    return t[0], np.exp(t[1])
