# Subtracts the gap from the reconstruction, instead of the divergence from the prior.
# message: You subtracted the KL from the posterior
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    v = 1 / (1 / prior_sd**2 + 1 / noise_sd**2)
    centre = v * (prior_mean / prior_sd**2 + x / noise_sd**2)
    reconstruction = norm.logpdf(x, m, noise_sd) - sd**2 / (2 * noise_sd**2)
    kl = 0.5 * (np.log(v) - 2 * np.log(sd) + (sd**2 + (m - centre) ** 2) / v - 1)
    log_prior = norm.logpdf(m, prior_mean, prior_sd) - sd**2 / (2 * prior_sd**2)
    return reconstruction - kl, reconstruction + log_prior + norm.entropy(m, sd)
