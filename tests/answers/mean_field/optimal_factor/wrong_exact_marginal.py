# The marginal of the posterior, which has no q in it.
# message: This is the exact marginal
def optimal_factor(log_joint, q_other, axis):
    return np.exp(logsumexp(log_joint, axis=1 - axis) - logsumexp(log_joint))
