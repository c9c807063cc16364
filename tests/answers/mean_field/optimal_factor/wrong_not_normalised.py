# Exponentiates and forgets to normalise.
# message: You exponentiated and did not normalise
def optimal_factor(log_joint, q_other, axis):
    table = log_joint if axis == 0 else log_joint.T
    seen = q_other > 0
    return np.exp(table[:, seen] @ q_other[seen])
