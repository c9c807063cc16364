# Counts each datum for its most responsible component.
# message: You counted whole data
def mixture_factors(x, r, alpha0, m0, beta0):
    counts = np.eye(r.shape[1])[r.argmax(axis=1)].sum(axis=0)
    alpha = alpha0 + counts
    beta = beta0 + counts
    m = (beta0 * m0 + x @ r) / beta
    return {"alpha": alpha, "m": m, "beta": beta}
