# E[x^2] - m^2: right near zero, no digit left near 1e8.
# message: E[x^2] - m^2 lost its digits
def m_step(x, r):
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    return counts / len(x), means, np.sqrt(np.abs(x**2 @ r / counts - means**2))
