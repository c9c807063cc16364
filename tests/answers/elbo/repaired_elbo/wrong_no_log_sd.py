# log q has its 2 pi and lacks its sd.
# message: log q lacks its - log(sd)
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    return np.mean(norm.logpdf(x, theta * z, 1) + norm.logpdf(z) - norm.logpdf(eps))
