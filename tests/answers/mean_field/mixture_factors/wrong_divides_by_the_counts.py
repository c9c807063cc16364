# The numerator has the prior, the denominator has not.
# message: Divide by beta0 + N_k
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = alpha0 + counts
    beta = beta0 + counts
    m = (beta0 * m0 + x @ r) / counts
    return {"alpha": alpha, "m": m, "beta": beta}
