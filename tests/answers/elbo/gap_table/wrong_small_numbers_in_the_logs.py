# Keeps zeros away by adding 1e-12 inside both logs.
def gap_table(log_joint, q):
    posterior = np.exp(log_joint - logsumexp(log_joint))
    return np.sum(q * (np.log(q + 1e-12) - np.log(posterior + 1e-12)))
