# The weights do not sum to one.
# message: These are the N_k. Divide by N.
def m_step(x, r):
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    return counts, means, np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / counts)
