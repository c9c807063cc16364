# Compares q with the joint, which does not sum to one.
# message: The normaliser is missing
def gap_table(log_joint, q):
    seen = q > 0
    return np.sum(q[seen] * (np.log(q[seen]) - log_joint[seen]))
