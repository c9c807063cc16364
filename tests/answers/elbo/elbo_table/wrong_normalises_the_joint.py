# Divides the joint by its sum first: minus the gap.
# message: You normalised the joint
def elbo_table(log_joint, q):
    seen = q > 0
    log_joint = log_joint - logsumexp(log_joint)
    return np.sum(q[seen] * (log_joint[seen] - np.log(q[seen])))
