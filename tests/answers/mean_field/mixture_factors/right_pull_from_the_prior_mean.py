# The mean as the prior's, moved by the weighted average of the distances from it.
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = np.einsum("nk->k", r)
    pull = np.einsum("nk,n->k", r, x - m0) / (beta0 + counts)
    return dict(alpha=np.full(len(counts), alpha0) + counts, m=m0 + pull, beta=counts + beta0)
