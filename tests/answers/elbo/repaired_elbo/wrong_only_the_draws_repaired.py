# The first repair only: no density is normalised.
# message: The three densities are not normalised
def repaired_elbo(x, theta, m, sd, eps):
    z = m + sd * eps
    return np.mean(-0.5 * (x - theta * z) ** 2 - 0.5 * z**2 + 0.5 * ((z - m) / sd) ** 2)
