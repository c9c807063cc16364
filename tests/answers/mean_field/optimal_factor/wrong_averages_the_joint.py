# Averages p instead of log p: the log of the average.
# message: You averaged p. The average is over its logs
def optimal_factor(log_joint, q_other, axis):
    weights = q_other[None, :] if axis == 0 else q_other[:, None]
    logs = logsumexp(log_joint, b=weights, axis=1 - axis)
    return np.exp(logs - logsumexp(logs))
