# Adds the evidence up over the states where q has mass: whatever q leaves out is forgotten.
def gap_table(log_joint, q):
    seen = q > 0
    log_px = logsumexp(log_joint[seen])
    return np.sum(q[seen] * (np.log(q[seen]) - log_joint[seen] + log_px))
