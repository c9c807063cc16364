# Replaces everything below -10,000 by -10,000.
def optimal_factor(log_joint, q_other, axis):
    log_joint = np.maximum(log_joint, -1e4)
    logs = log_joint @ q_other if axis == 0 else q_other @ log_joint
    return np.exp(logs - logsumexp(logs))
