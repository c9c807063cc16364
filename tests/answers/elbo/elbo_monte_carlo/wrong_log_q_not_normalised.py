# Only the exponent of q's density.
# message: log q is not normalised
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    terms = log_joint(z) + 0.5 * ((z - m) / sd) ** 2
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
