# Variances throughout, and the KL of two Gaussians in its other usual form.
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    v, v0, noise = sd**2, prior_sd**2, noise_sd**2
    reconstruction = -0.5 * (np.log(2 * np.pi * noise) + ((x - m) ** 2 + v) / noise)
    kl = 0.5 * (v / v0 + (m - prior_mean) ** 2 / v0 - 1 - np.log(v / v0))
    log_prior = -0.5 * (np.log(2 * np.pi * v0) + ((m - prior_mean) ** 2 + v) / v0)
    return np.array([reconstruction - kl, reconstruction + log_prior + 0.5 * (1 + np.log(2 * np.pi * v))])
