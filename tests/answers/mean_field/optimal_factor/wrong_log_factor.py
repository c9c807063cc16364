# Normalised, and not exponentiated.
# message: This is log q. Exponentiate it
def optimal_factor(log_joint, q_other, axis):
    table = log_joint if axis == 0 else log_joint.T
    seen = q_other > 0
    logs = table[:, seen] @ q_other[seen]
    return logs - logsumexp(logs)
