# Takes the sds for variances.
# message: Yours takes sd for a variance
def kl_normal(m0, sd0, m1, sd1):
    return 0.5 * (np.log(sd1 / sd0) + (sd0 + (m0 - m1) ** 2) / sd1 - 1)
