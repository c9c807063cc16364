# Divides the averages of the logs by their sum.
# message: You normalised the logs
def optimal_factor(log_joint, q_other, axis):
    table = log_joint if axis == 0 else log_joint.T
    seen = q_other > 0
    logs = table[:, seen] @ q_other[seen]
    return logs / logs.sum()
