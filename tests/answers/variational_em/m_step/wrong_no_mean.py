# The root mean square, not the standard deviation.
# message: The mean is missing: square x - m, not x.
def m_step(x, r):
    counts = r.sum(axis=0)
    return counts / len(x), r.T @ x / counts, np.sqrt(x**2 @ r / counts)
