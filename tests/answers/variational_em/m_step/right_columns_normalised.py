# Each column of r divided by its sum first: then all averages are sums.
def m_step(x, r):
    share = r / r.sum(axis=0)
    means = x @ share
    return r.mean(axis=0), means, np.sqrt(np.einsum("nk,nk->k", share, np.square(x[:, None] - means)))
