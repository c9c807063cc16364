# Divides the logs instead of subtracting them.
# message: A ratio of logs is not the log of a ratio
def elbo_table(log_joint, q):
    seen = q > 0
    return np.sum(q[seen] * log_joint[seen] / np.log(q[seen]))
