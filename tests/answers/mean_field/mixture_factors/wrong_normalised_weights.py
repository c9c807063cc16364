# Returns expected weights instead of the Dirichlet's parameters.
# message: You normalised. alpha are the Dirichlet's parameters
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=0)
    alpha = (alpha0 + counts) / (alpha0 + counts).sum()
    beta = beta0 + counts
    m = (beta0 * m0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": beta}
