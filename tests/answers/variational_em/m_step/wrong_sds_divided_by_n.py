# The means are right; the squares are divided by N.
# message: You divided by N. Divide by N_k.
def m_step(x, r):
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    return counts / len(x), means, np.sqrt(np.mean(r * (x[:, None] - means) ** 2, axis=0))
