# log p / log q in the place of log(p / q).
# message: A ratio of logs is not the log of a ratio
def kl_categorical(p, q):
    seen = p > 0
    return np.sum(p[seen] * np.log(p[seen]) / np.log(q[seen]))
