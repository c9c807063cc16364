# Keeps the counts away from zero by adding 1e-10: wrong when everything is that small.
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0) + 1e-10
    alpha = alpha0 + counts
    beta = beta0 + counts
    m = (beta0 * m0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": beta}
