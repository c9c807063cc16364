# Myth 11: takes the averages of the log joint for the factor itself.
# message: These are the averages of the log joint. Exponentiate, and normalise
def optimal_factor(log_joint, q_other, axis):
    table = log_joint if axis == 0 else log_joint.T
    seen = q_other > 0
    return table[:, seen] @ q_other[seen]
