# The likelihood's normalising constant is left out.
# message: The normaliser of the likelihood is missing
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    reconstruction = -((x - m) ** 2 + sd**2) / (2 * noise_sd**2)
    kl = np.log(prior_sd / sd) + (sd**2 + (m - prior_mean) ** 2) / (2 * prior_sd**2) - 0.5
    log_prior = norm.logpdf(m, prior_mean, prior_sd) - sd**2 / (2 * prior_sd**2)
    return reconstruction - kl, reconstruction + log_prior + norm.entropy(m, sd)
