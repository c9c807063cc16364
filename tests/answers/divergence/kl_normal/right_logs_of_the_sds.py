# Everything through the log of the ratio; expm1 keeps digits where the sds are nearly equal.
def kl_normal(m0, sd0, m1, sd1):
    log_ratio = np.log(sd0) - np.log(sd1)
    return 0.5 * np.expm1(2 * log_ratio) + 0.5 * ((m0 - m1) / sd1) ** 2 - log_ratio
