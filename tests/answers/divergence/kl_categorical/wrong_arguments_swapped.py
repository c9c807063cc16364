# Averages over q.
# message: Yours is KL(q || p), the other way round
def kl_categorical(p, q):
    seen = q > 0
    return np.sum(q[seen] * (np.log(q[seen]) - np.log(p[seen])))
