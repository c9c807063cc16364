# Everything written out with the standard library; E_q[(z - c)^2] in a function of its own.
import math


def elbo_two_forms(x, prior_mean, prior_sd, noise_sd, m, sd):
    def average(centre, scale):
        """E_q of the log density of N(centre, scale^2)."""
        square = (m - centre) ** 2 + sd**2
        return -square / (2 * scale**2) - math.log(scale) - math.log(2 * math.pi) / 2

    divergence = average(m, sd) - average(prior_mean, prior_sd)
    entropy = math.log(2 * math.pi * math.e * sd**2) / 2
    return [average(x, noise_sd) - divergence, average(x, noise_sd) + average(prior_mean, prior_sd) + entropy]
