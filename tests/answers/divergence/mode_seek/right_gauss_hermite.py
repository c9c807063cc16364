# Gauss-Hermite quadrature, in units of the start, with bounds on the sd itself.
def mode_seek(log_p, m0, sd0):
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / weights.sum()

    def kl(t):
        m, s = m0 + sd0 * t[0], sd0 * t[1]
        return -np.log(s) - weights @ log_p(m + s * nodes)

    found = minimize(kl, [0.0, 1.0], method="L-BFGS-B", bounds=[(None, None), (1e-3, None)])
    return m0 + sd0 * found.x[0], sd0 * found.x[1]
