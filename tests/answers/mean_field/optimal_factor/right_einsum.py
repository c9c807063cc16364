# One einsum for each axis; what nan_to_num makes of -inf is low enough and finite.
def optimal_factor(log_joint, q_other, axis):
    expected = np.einsum("ij,j->i" if axis == 0 else "ij,i->j", np.nan_to_num(log_joint), q_other)
    return np.exp(expected - logsumexp(expected))
