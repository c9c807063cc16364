# The library's normal distribution and its divergence.
from varinf.distributions import Normal, kl


def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    q, prior = Normal(m, sd), Normal(prior_mean, prior_sd)
    reconstruction = Normal(m, noise_sd).log_prob(x) - (sd / noise_sd) ** 2 / 2
    energy = reconstruction + prior.log_prob(m) - (sd / prior_sd) ** 2 / 2
    return float(reconstruction - kl(q, prior)), float(energy + q.entropy())
