# The log of the average weight: an importance sampling estimate of the log evidence.
# message: You took the log of the average of p/q
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    terms = log_joint(z) - norm.logpdf(z, m, sd)
    return logsumexp(terms) - np.log(eps.size), terms.std(ddof=1) / np.sqrt(eps.size)
