# The entropy, and only the entropy, takes sd for a variance.
# message: The entropy takes sd as a variance
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    reconstruction = norm.logpdf(x, m, noise_sd) - sd**2 / (2 * noise_sd**2)
    kl = np.log(prior_sd / sd) + (sd**2 + (m - prior_mean) ** 2) / (2 * prior_sd**2) - 0.5
    log_prior = norm.logpdf(m, prior_mean, prior_sd) - sd**2 / (2 * prior_sd**2)
    return reconstruction - kl, reconstruction + log_prior + 0.5 * np.log(2 * np.pi * np.e * sd)
