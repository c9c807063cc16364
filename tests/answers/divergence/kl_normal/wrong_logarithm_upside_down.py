# The sign of the logarithm.
# message: The logarithm is upside down
def kl_normal(m0, sd0, m1, sd1):
    return np.log(sd0 / sd1) + 0.5 * ((sd0 / sd1) ** 2 + ((m0 - m1) / sd1) ** 2 - 1)
