# log p(x, z) as log p(x) + log p(z | x), both known here.
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    precision = 1 + theta**2
    log_posterior = norm.logpdf(z, theta * x / precision, precision**-0.5)
    return float(norm.logpdf(x, 0, precision**0.5) + np.mean(log_posterior - norm.logpdf(z, m, sd)))
