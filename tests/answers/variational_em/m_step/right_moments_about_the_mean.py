# First and second moments, about the mean of all data so that no digit is lost, and a look at the sign.
def m_step(x, r):
    centre = x.mean()
    counts, d = r.sum(axis=0), x - centre
    first, second = d @ r / counts, d**2 @ r / counts
    return counts / counts.sum(), centre + first, np.sqrt(np.maximum(second - first**2, 0))
