# The log of the average weight: the log evidence itself.
# message: You took the log of the average of p/q
def elbo_table(log_joint, q):
    seen = q > 0
    return logsumexp(log_joint[seen] - np.log(q[seen]), b=q[seen])
