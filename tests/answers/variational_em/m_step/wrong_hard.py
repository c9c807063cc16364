# Rounds the responsibilities to hard assignments.
# message: These are shares of hard assignments
def m_step(x, r):
    r = np.eye(r.shape[1])[r.argmax(axis=1)]
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    return counts / len(x), means, np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / counts)
