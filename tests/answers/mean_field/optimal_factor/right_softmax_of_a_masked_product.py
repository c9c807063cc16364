# Weights the whole table, puts 0 where q_other is 0, adds along the other axis; SciPy's softmax.
from scipy.special import softmax


def optimal_factor(log_joint, q_other, axis):
    weights = q_other[None, :] if axis == 0 else q_other[:, None]
    weighted = np.where(weights > 0, weights * log_joint, 0.0)
    return softmax(weighted.sum(axis=1 - axis))
