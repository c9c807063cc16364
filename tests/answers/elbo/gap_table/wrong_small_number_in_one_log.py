# A log posterior as it should be, and 1e-12 inside the log of q.
# message: did you add a small number inside a log?
def gap_table(log_joint, q):
    log_posterior = np.maximum(log_joint - logsumexp(log_joint), -1e300)
    return np.sum(q * (np.log(q + 1e-12) - log_posterior))
