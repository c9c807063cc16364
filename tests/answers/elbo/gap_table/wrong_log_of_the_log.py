# Takes the log of what is a log already.
# message: log_joint holds logarithms already
def gap_table(log_joint, q):
    log_joint = np.log(log_joint)
    return np.sum(q * (np.log(q) - log_joint + logsumexp(log_joint)))
