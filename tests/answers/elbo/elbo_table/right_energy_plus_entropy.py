# The expected log joint, and xlogy for the entropy.
def elbo_table(log_joint, q):
    energy = np.sum(np.where(q > 0, q * log_joint, 0.0))
    return energy - xlogy(q, q).sum()
