# Integrates with exp(-((z - m) / s)^2 / 2), a q without its normalising constant.
# message: q is not normalised in your objective
def mode_seek(log_p, m0, sd0):
    eps = np.linspace(-8, 8, 161)

    def kl(t):
        z = t[0] + np.exp(t[1]) * eps
        log_q = -0.5 * eps**2
        return np.trapezoid(np.exp(log_q) * (log_q - log_p(z)), z)

    t = minimize(kl, [m0, np.log(sd0)], method="Nelder-Mead").x
    return t[0], np.exp(t[1])
