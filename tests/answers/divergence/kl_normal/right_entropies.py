# Cross-entropy minus entropy, measured in units of sd1, where N1 has sd 1.
def kl_normal(m0, sd0, m1, sd1):
    width, offset = np.divide(sd0, sd1), np.divide(np.subtract(m0, m1), sd1)
    cross_entropy = 0.5 * np.log(2 * np.pi) + 0.5 * (np.square(width) + np.square(offset))
    entropy = 0.5 * np.log(2 * np.pi) + 0.5 + np.log(width)
    return cross_entropy - entropy
