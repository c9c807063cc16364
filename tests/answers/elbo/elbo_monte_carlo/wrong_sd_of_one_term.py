# The spread of the terms, not divided by the square root of S.
# message: This is the sd of one term
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    terms = log_joint(z) - norm.logpdf(z, m, sd)
    return terms.mean(), terms.std(ddof=1)
