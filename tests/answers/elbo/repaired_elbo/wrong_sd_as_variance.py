# Takes sd for the variance of q.
# message: You used sd as a variance
def repaired_elbo(x, theta, m, sd, eps):
    scale = np.sqrt(sd)
    z = m + scale * eps
    return np.mean(norm.logpdf(x, theta * z, 1) + norm.logpdf(z) - norm.logpdf(z, m, scale))
