# Averages over the posterior instead of q.
# message: You averaged over the posterior
def elbo_table(log_joint, q):
    posterior = np.exp(log_joint - logsumexp(log_joint))
    seen = q > 0
    return np.sum(posterior[seen] * (log_joint[seen] - np.log(q[seen])))
