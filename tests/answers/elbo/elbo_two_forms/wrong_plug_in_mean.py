# The log densities at the mean of q, without the spread.
# message: the spread of q is missing
def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    kl = np.log(prior_sd / sd) + (sd**2 + (m - prior_mean) ** 2) / (2 * prior_sd**2) - 0.5
    at_mean = norm.logpdf(x, m, noise_sd)
    return at_mean - kl, at_mean + norm.logpdf(m, prior_mean, prior_sd) + norm.entropy(m, sd)
