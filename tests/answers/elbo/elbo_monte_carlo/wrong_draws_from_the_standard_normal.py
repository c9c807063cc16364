# Uses eps itself for z: the draws come from N(0, 1), whatever q is.
# message: You used draws from N(0, 1)
def elbo_monte_carlo(log_joint, m, sd, eps):
    terms = log_joint(eps) - norm.logpdf(eps, m, sd)
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
