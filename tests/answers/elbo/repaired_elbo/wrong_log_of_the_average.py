# The log of the average weight.
# message: You took the log of the average of p/q
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    log_w = norm.logpdf(x, theta * z, 1) + norm.logpdf(z) - norm.logpdf(z, m, sd)
    return logsumexp(log_w) - np.log(eps.size)
