# All densities in full, and draws from N(0, 1).
# message: You used draws from N(0, 1)
def repaired_elbo(x, theta, m, sd, eps):
    z = eps
    return np.mean(norm.logpdf(x, theta * z, 1) + norm.logpdf(z) - norm.logpdf(z, m, sd))
