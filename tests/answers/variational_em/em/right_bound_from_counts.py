# One loop; after an M-step the squares in the bound add up to N, so the energy needs N_k and the sds only.
def em(x, weights, means, sds, iterations):
    N, bounds = len(x), []
    for _ in range(iterations):
        log_r = np.log(weights / sds) - ((x[:, None] - means) / sds) ** 2 / 2
        log_r = log_r - np.logaddexp.reduce(log_r, axis=1, keepdims=True)
        r = np.exp(log_r)
        counts = r.sum(axis=0)
        means = x @ r / counts
        sds = np.sqrt(np.sum(r * (x[:, None] - means) ** 2, axis=0) / counts)
        weights = counts / N
        energy = counts @ np.log(weights / sds) - N / 2 * (1 + np.log(2 * np.pi))
        bounds.append(float(energy - np.sum(xlogy(r, r))))
    return weights, means, sds, bounds
