# Leaves out every outcome with a zero in either distribution.
# message: Don't drop that term
def kl_categorical(p, q):
    both = (p > 0) & (q > 0)
    return np.sum(p[both] * np.log(p[both] / q[both]))
