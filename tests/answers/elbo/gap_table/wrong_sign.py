# Minus the KL.
# message: a KL is never negative
def gap_table(log_joint, q):
    log_posterior = log_joint - logsumexp(log_joint)
    seen = q > 0
    return np.sum(q[seen] * (log_posterior[seen] - np.log(q[seen])))
