# The exact ELBO: right on average, and not an average over the draws.
# message: This is the exact ELBO
def repaired_elbo(x, theta, m, sd, eps):
    energy = norm.logpdf(x, theta * m, 1) + norm.logpdf(m) - 0.5 * (1 + theta**2) * sd**2
    return energy + norm.entropy(m, sd)
