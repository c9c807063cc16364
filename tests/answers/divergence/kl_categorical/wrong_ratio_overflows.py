# Right for the zeros, but takes the log of a ratio that overflows.
# message: p/q overflowed: subtract the logs
def kl_categorical(p, q):
    seen = p > 0
    return np.sum(p[seen] * np.log(p[seen] / q[seen]))
