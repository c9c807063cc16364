# The density of eps in place of the density of z: the stretching by sd is forgotten.
# message: log q lacks its - log(sd)
def elbo_monte_carlo(log_joint, m, sd, eps):
    terms = log_joint(m + sd * eps) - norm.logpdf(eps)
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
