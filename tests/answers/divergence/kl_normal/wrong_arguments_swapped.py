# Averages over the second Gaussian.
# message: Yours is KL the other way round: the first pair is the one you average over
def kl_normal(m0, sd0, m1, sd1):
    ratio = sd1 / sd0
    return 0.5 * (ratio**2 + ((m0 - m1) / sd0) ** 2 - 1) - np.log(ratio)
