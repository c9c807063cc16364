# Divides the logs.
# message: A ratio of logs is not the log of a ratio
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    terms = log_joint(z) / norm.logpdf(z, m, sd)
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
