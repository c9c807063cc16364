# KL of the prior from q.
# message: This KL is the other way round
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    reconstruction = norm.logpdf(x, m, noise_sd) - sd**2 / (2 * noise_sd**2)
    kl = np.log(sd / prior_sd) + (prior_sd**2 + (m - prior_mean) ** 2) / (2 * sd**2) - 0.5
    log_prior = norm.logpdf(m, prior_mean, prior_sd) - sd**2 / (2 * prior_sd**2)
    return reconstruction - kl, reconstruction + log_prior + norm.entropy(m, sd)
