# Natural parameters: those of the prior plus the summed statistics (1, x), a matrix product.
def mixture_factors(x, r, alpha0, m0, beta0):
    count, total = np.stack([np.ones_like(x), x]) @ r
    precision, precision_times_mean = beta0 + count, beta0 * m0 + total
    return {"beta": precision, "m": precision_times_mean / precision, "alpha": count + alpha0}
