# Everything but the normaliser of q.
# message: log q is not normalised
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    log_q = -0.5 * ((z - m) / sd) ** 2
    return np.mean(norm.logpdf(x, theta * z, 1) + norm.logpdf(z) - log_q)
