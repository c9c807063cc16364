# Exponentiates the averages as they are: 0 / 0 near -10,000.
# message: subtract the largest before you exponentiate
def optimal_factor(log_joint, q_other, axis):
    table = log_joint if axis == 0 else log_joint.T
    seen = q_other > 0
    factor = np.exp(table[:, seen] @ q_other[seen])
    return factor / factor.sum()
