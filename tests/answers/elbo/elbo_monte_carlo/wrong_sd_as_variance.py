# Takes sd for the variance of q, in the draws and in the density.
# message: You used sd as a variance
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + np.sqrt(sd) * eps
    terms = log_joint(z) - norm.logpdf(z, m, np.sqrt(sd))
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
