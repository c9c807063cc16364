# Adds the responsibilities of a datum instead of those of a component.
# message: N_k adds r over the data, axis 0
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = r.sum(axis=1)
    alpha = alpha0 + counts
    beta = beta0 + counts
    m = 0.0 * counts
    return {"alpha": alpha, "m": m, "beta": beta}
