# The ELBO instead of what it misses.
# message: This is the ELBO
def gap_table(log_joint, q):
    seen = q > 0
    return np.sum(q[seen] * (log_joint[seen] - np.log(q[seen])))
