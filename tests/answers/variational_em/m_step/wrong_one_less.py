# Divides by N_k - 1, as for a sample.
# message: You divided by N_k - 1
def m_step(x, r):
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    return counts / len(x), means, np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / (counts - 1))
