# Sufficient statistics for the energy, and lets 0 log 0 become nan before leaving it out.
def free_energy(x, r, weights, means, sds):
    counts = r.sum(axis=0)
    squares = np.sum(r * ((x[:, None] - means) / sds) ** 2, axis=0)
    energy = counts @ (np.log(weights) - np.log(sds) - np.log(2 * np.pi) / 2) - squares.sum() / 2
    return energy - np.nansum(r * np.log(r))
