# A plain mean of log p - log q over the states.
# message: You averaged with equal weights
def elbo_table(log_joint, q):
    seen = q > 0
    return np.mean(log_joint[seen] - np.log(q[seen]))
