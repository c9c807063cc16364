# Forgets to subtract the entropy of p.
# message: This is the cross-entropy
def kl_categorical(p, q):
    return -xlogy(p, q).sum()
