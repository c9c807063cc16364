# One importance sampling estimate from all draws.
# message: You took the log of the overall mean
def importance_weighted_bound(log_w):
    return logsumexp(log_w) - np.log(log_w.size)
