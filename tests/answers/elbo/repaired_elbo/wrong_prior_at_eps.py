# Draws from q in the likelihood, but the prior is evaluated at eps.
# message: You evaluated the prior at eps
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    return np.mean(norm.logpdf(x, theta * z, 1) + norm.logpdf(eps) - norm.logpdf(z, m, sd))
