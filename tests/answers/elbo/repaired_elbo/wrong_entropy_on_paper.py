# The exact entropy in place of log q at the draws.
# message: You put the entropy of q in place of log q at the draws
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    return np.mean(norm.logpdf(x, theta * z, 1) + norm.logpdf(z)) + norm.entropy(m, sd)
