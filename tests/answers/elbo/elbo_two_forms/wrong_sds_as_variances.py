# Takes all three standard deviations for variances.
# message: You used the sds as variances
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    reconstruction = norm.logpdf(x, m, np.sqrt(noise_sd)) - sd / (2 * noise_sd)
    kl = 0.5 * (np.log(prior_sd / sd) + (sd + (m - prior_mean) ** 2) / prior_sd - 1)
    log_prior = norm.logpdf(m, prior_mean, np.sqrt(prior_sd)) - sd / (2 * prior_sd)
    return reconstruction - kl, reconstruction + log_prior + 0.5 * np.log(2 * np.pi * np.e * sd)
