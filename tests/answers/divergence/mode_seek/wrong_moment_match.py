# Averages over p: the other direction of KL.
# message: These are the moments of p
def mode_seek(log_p, m0, sd0):
    z = np.linspace(m0 - 40 * sd0, m0 + 40 * sd0, 8001)
    p = np.exp(log_p(z) - log_p(z).max())
    p = p / p.sum()
    mean = p @ z
    return mean, np.sqrt(p @ (z - mean) ** 2)
