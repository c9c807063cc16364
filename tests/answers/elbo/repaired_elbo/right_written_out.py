# The script itself, with its three lines repaired.
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    constant = 0.5 * np.log(2 * np.pi)
    log_likelihood = -0.5 * (x - theta * z) ** 2 - constant
    log_prior = -0.5 * z**2 - constant
    log_q = -0.5 * ((z - m) / sd) ** 2 - np.log(sd) - constant
    return np.mean(log_likelihood + log_prior - log_q)
