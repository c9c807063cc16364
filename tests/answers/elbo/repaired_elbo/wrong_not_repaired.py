# The script as it was.
# message: This is the script as it was
def repaired_elbo(x, theta, m, sd, eps):
    z = eps
    log_likelihood = -0.5 * (x - theta * z) ** 2
    log_prior = -0.5 * z**2
    log_q = -0.5 * ((z - m) / sd) ** 2
    return np.mean(log_likelihood + log_prior - log_q)
