# Returns variances.
# message: These are variances. Take the square root.
def m_step(x, r):
    counts = r.sum(axis=0)
    means = r.T @ x / counts
    return counts / len(x), means, np.sum(r * (x[:, None] - means) ** 2, axis=0) / counts
