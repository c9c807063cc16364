# Averages the logs with equal weights.
# message: You averaged with equal weights
def optimal_factor(log_joint, q_other, axis):
    logs = log_joint.mean(axis=1 - axis)
    return np.exp(logs - logsumexp(logs))
