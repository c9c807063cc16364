# Logs everywhere; what becomes nan is 0 * log 0, and nansum drops it. An infinite term stays.
def kl_categorical(p, q):
    return np.nansum(p * (np.log(p) - np.log(q)))
