# Conditions on the most probable state of the other variable.
# message: You put in the most probable state
def optimal_factor(log_joint, q_other, axis):
    logs = np.take(log_joint, np.argmax(q_other), axis=1 - axis)
    return np.exp(logs - logsumexp(logs))
