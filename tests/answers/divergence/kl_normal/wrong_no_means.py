# Forgets that the means differ.
# message: The means are missing
def kl_normal(m0, sd0, m1, sd1):
    return np.log(sd1 / sd0) + 0.5 * ((sd0 / sd1) ** 2 - 1)
