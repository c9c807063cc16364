# Hands the variance to a function that wants the standard deviation.
# message: log q takes the variance for a standard deviation
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    terms = log_joint(z) - norm.logpdf(z, m, sd**2)
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
