# A function for each part, under the names that everybody uses for them.
def expected_log_prob(centre, scale, m, sd):
    return norm.logpdf(m, centre, scale) - sd**2 / (2 * scale**2)


def entropy(sd):
    return 0.5 + 0.5 * np.log(2 * np.pi) + np.log(sd)


def kl(m, sd, prior_mean, prior_sd):
    return -entropy(sd) - expected_log_prob(prior_mean, prior_sd, m, sd)


def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    reconstruction = expected_log_prob(x, noise_sd, m, sd)
    energy = reconstruction + expected_log_prob(prior_mean, prior_sd, m, sd)
    return reconstruction - kl(m, sd, prior_mean, prior_sd), energy + entropy(sd)
