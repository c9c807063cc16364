# Without the -1/2 that makes it zero at equality.
# message: The -1/2 is missing
def kl_normal(m0, sd0, m1, sd1):
    return np.log(sd1 / sd0) + 0.5 * ((sd0 / sd1) ** 2 + ((m0 - m1) / sd1) ** 2)
