# Adds 1e-10 to the counts: a faint component loses its mean.
def m_step(x, r):
    counts = r.sum(axis=0) + 1e-10
    means = r.T @ x / counts
    return counts / len(x), means, np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / counts)
