# The log of each row's sum, not of its mean.
# message: divide by K inside the log
def importance_weighted_bound(log_w):
    return np.mean(logsumexp(log_w, axis=1))
