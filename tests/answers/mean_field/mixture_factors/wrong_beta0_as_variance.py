# Takes beta0 for the variance of the prior means.
# message: beta0 is a precision
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = alpha0 + counts
    beta = 1 / beta0 + counts
    m = (m0 / beta0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": beta}
