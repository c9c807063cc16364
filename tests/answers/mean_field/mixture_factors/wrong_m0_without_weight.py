# Adds m0 without its weight beta0.
# message: m0 comes with the weight beta0
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = alpha0 + counts
    beta = beta0 + counts
    m = (m0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": beta}
