# Multiplies (m0 - m1)^2 out, which loses every digit for large means.
# message: A square lost its digits
def kl_normal(m0, sd0, m1, sd1):
    a, b = m0 / sd1, m1 / sd1
    return np.log(sd1 / sd0) + 0.5 * ((sd0 / sd1) ** 2 + a**2 - 2 * a * b + b**2 - 1)
