# Many draws instead of a formula: right to three digits, and not in closed form.
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    z = m + sd * np.random.default_rng(0).standard_normal(100_000)
    log_prior, log_q = norm.logpdf(z, prior_mean, prior_sd), norm.logpdf(z, m, sd)
    reconstruction = norm.logpdf(x, z, noise_sd).mean()
    return reconstruction - np.mean(log_q - log_prior), reconstruction + np.mean(log_prior) - np.mean(log_q)
