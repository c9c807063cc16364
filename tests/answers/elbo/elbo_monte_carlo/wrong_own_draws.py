# Draws its own noise and does not look at eps.
# message: draw nothing yourself
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = np.random.default_rng().normal(m, sd, size=eps.size)
    terms = log_joint(z) - norm.logpdf(z, m, sd)
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
