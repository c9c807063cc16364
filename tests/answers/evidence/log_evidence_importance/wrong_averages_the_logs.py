# The mean of the log weights, which estimates a lower bound.
# message: You averaged the logs
def log_evidence_importance(log_p, log_q):
    log_w = log_p - log_q
    return np.mean(log_w), np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w))
