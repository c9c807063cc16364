# Divides every weighted sum by N.
# message: A weighted mean divides by the sum of its weights
def m_step(x, r):
    means = r.T @ x / len(x)
    return r.mean(axis=0), means, np.sqrt(np.mean(r * (x[:, None] - means) ** 2, axis=0))
