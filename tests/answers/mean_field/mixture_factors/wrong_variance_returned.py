# Returns variances instead of precisions.
# message: This is the variance of q(mu_k)
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = alpha0 + counts
    beta = beta0 + counts
    m = (beta0 * m0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": 1 / beta}
