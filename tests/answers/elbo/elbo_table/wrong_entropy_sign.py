# Adds E_q[log q] instead of subtracting it.
# message: The sign of the entropy is wrong
def elbo_table(log_joint, q):
    seen = q > 0
    return np.sum(q[seen] * (log_joint[seen] + np.log(q[seen])))
