# In plain Python, one component after another.
def mixture_factors(x, r, alpha0, m0, beta0):
    found = {"alpha": [], "m": [], "beta": []}
    for column in r.T.tolist():
        precision = beta0 + sum(column)
        found["alpha"].append(alpha0 + sum(column))
        found["m"].append((beta0 * m0 + sum(w * v for w, v in zip(column, x.tolist()))) / precision)
        found["beta"].append(precision)
    return found
