# Shifts and scales eps to mean 0 and sd 1 first: less noise, and not the draws that were given.
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * (eps - eps.mean()) / eps.std()
    terms = log_joint(z) - norm.logpdf(z, m, sd)
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
