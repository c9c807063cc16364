# The right formula; zeros in q make nan.
# message: Either 0 * (-inf), which counts as 0, became nan
def gap_table(log_joint, q):
    return np.sum(q * (np.log(q) - log_joint + logsumexp(log_joint)))
