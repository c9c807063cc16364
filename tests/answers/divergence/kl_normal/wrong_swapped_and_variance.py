# Both famous mistakes at once.
# message: Yours takes sd for a variance, and is KL the other way round
def kl_normal(m0, sd0, m1, sd1):
    return 0.5 * (np.log(sd0 / sd1) + (sd1 + (m0 - m1) ** 2) / sd0 - 1)
