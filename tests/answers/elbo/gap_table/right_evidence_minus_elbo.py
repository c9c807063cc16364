# The log evidence minus the ELBO.
def gap_table(log_joint, q):
    energy = np.sum(np.where(q > 0, q * log_joint, 0.0))
    return logsumexp(log_joint) - (energy - xlogy(q, q).sum())
