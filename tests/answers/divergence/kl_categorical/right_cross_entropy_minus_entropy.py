# Cross-entropy minus entropy, with xlogy for 0 log 0.
def kl_categorical(p, q):
    return float(-xlogy(p, q).sum() + xlogy(p, p).sum())
