# Base two.
# message: that is in bits
def kl_categorical(p, q):
    seen = p > 0
    return np.sum(p[seen] * (np.log2(p[seen]) - np.log2(q[seen])))
