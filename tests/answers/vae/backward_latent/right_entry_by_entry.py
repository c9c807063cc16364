# One entry at a time.
def backward_latent(dz, eps, mu, log_var):
    dmu, dlog_var = np.empty_like(mu), np.empty_like(mu)
    for n in range(mu.shape[0]):
        for j in range(mu.shape[1]):
            variance = np.exp(log_var[n, j])
            dmu[n, j] = dz[n, j] - mu[n, j]
            dlog_var[n, j] = (dz[n, j] * np.sqrt(variance) * eps[n, j] - (variance - 1)) / 2
    return dmu, dlog_var
