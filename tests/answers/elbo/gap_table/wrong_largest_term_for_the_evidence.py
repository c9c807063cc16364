# Takes the largest log joint for the log evidence.
# message: You took the largest term for log p(x)
def gap_table(log_joint, q):
    seen = q > 0
    return log_joint.max() - np.sum(q[seen] * (log_joint[seen] - np.log(q[seen])))
