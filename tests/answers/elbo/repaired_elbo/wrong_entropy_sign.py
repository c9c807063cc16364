# Adds log q.
# message: The sign of the entropy is wrong
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    return np.mean(norm.logpdf(x, theta * z, 1) + norm.logpdf(z) + norm.logpdf(z, m, sd))
