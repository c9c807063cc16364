# Keeps every sd above 1e-3, and no component can have a single datum.
# message: A component that owns one datum has sd 0
def m_step(x, r):
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    sds = np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / counts)
    return counts / len(x), means, np.maximum(sds, 1e-3)
