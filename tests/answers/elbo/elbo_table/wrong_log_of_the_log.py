# Takes the log of what is a log already.
# message: log_joint holds logarithms already
def elbo_table(log_joint, q):
    return np.sum(q * (np.log(log_joint) - np.log(q)))
