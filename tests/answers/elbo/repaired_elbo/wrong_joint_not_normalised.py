# The first two repairs: the joint lacks log(2 pi).
# message: The joint is not normalised
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    return np.mean(-0.5 * (x - theta * z) ** 2 - 0.5 * z**2 - norm.logpdf(z, m, sd))
