# E_q[log q] is left out.
# message: This is the cross-entropy
def gap_table(log_joint, q):
    log_posterior = log_joint - logsumexp(log_joint)
    seen = q > 0
    return -np.sum(q[seen] * log_posterior[seen])
