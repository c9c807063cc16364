# Infinite where it should be, but probabilities below 1e-300 are raised to 1e-300.
def kl_categorical(p, q):
    if np.any((q == 0) & (p > 0)):
        return np.inf
    floor = 1e-300
    return np.sum(p * (np.log(np.maximum(p, floor)) - np.log(np.maximum(q, floor))))
