# Shares alpha0 among the components.
# message: alpha0 belongs to each component
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = alpha0 / r.shape[1] + counts
    beta = beta0 + counts
    m = (beta0 * m0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": beta}
