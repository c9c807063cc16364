# The weighted mean of the data: the prior is forgotten, the step of EM.
# message: This is the weighted mean of the data. The prior pulls it to m0
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = alpha0 + counts
    beta = beta0 + counts
    m = x @ r / counts
    return {"alpha": alpha, "m": m, "beta": beta}
