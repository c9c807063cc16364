# The formula as printed: the square of 1e-200 is zero.
# message: A square under- or overflowed
def kl_normal(m0, sd0, m1, sd1):
    return np.log(sd1 / sd0) + (sd0**2 + (m0 - m1) ** 2) / (2 * sd1**2) - 0.5
