# A function for each density, under the names that everybody uses for them.
def log_prob(z, loc, scale):
    return -0.5 * ((z - loc) / scale) ** 2 - np.log(scale) - 0.5 * np.log(2 * np.pi)


def likelihood(x, theta, z):
    return log_prob(x, theta * z, 1.0)


def prior(z):
    return log_prob(z, 0.0, 1.0)


def log_q(z, m, sd):
    return log_prob(z, m, sd)


def log_joint(x, theta, z):
    return likelihood(x, theta, z) + prior(z)


def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    return (log_joint(x, theta, z) - log_q(z, m, sd)).mean()
