# The counts alone.
# message: These are the counts N_k. The prior's alpha0 is missing
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = counts
    beta = beta0 + counts
    m = (beta0 * m0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": beta}
