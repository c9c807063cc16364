# The energy alone.
# message: The entropy of q is missing
def elbo_table(log_joint, q):
    seen = q > 0
    return np.sum(q[seen] * log_joint[seen])
