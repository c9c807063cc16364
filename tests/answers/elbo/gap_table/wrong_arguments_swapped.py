# KL of the posterior from q.
# message: This is KL the other way round
def gap_table(log_joint, q):
    log_posterior = log_joint - logsumexp(log_joint)
    posterior = np.exp(log_posterior)
    seen = posterior > 0
    return np.sum(posterior[seen] * (log_posterior[seen] - np.log(q[seen])))
