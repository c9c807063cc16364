# Averages over the experiments inside the log.
# message: The axes are exchanged
def importance_weighted_bound(log_w):
    return np.mean(logsumexp(log_w, axis=0) - np.log(log_w.shape[0]))
