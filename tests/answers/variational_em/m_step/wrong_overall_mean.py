# Squares about the mean of all data.
# message: Squares about the mean of all data
def m_step(x, r):
    counts = r.sum(axis=0)
    return counts / len(x), r.T @ x / counts, np.sqrt((x - x.mean()) ** 2 @ r / counts)
