# Moves the mean by averages over q, but takes the sd from the curvature at the peak.
def mode_seek(log_p, m0, sd0):
    eps = np.linspace(-8, 8, 161)
    weights = norm.pdf(eps) / norm.pdf(eps).sum()
    peak = minimize(lambda t: -log_p(np.array([t[0]]))[0], [m0], method="Nelder-Mead").x[0]
    h = 1e-2
    low, middle, high = log_p(peak + np.array([-h, 0.0, h]))
    s = np.sqrt(h**2 / (2 * middle - low - high))
    return minimize(lambda t: -weights @ log_p(t[0] + s * eps), [peak]).x[0], s
