# Forgets the entropy of the second factor.
# message: The entropy of q2 is missing
from scipy.special import softmax


def step(log_joint, weights, axis):
    return softmax(np.where(weights > 0, weights * log_joint, 0.0).sum(axis=axis))


def cavi_table(log_joint, iterations):
    q2, elbos = np.full(log_joint.shape[1], 1 / log_joint.shape[1]), []
    for _ in range(iterations):
        q1 = step(log_joint, q2[None, :], 1)
        q2 = step(log_joint, q1[:, None], 0)
        q = np.outer(q1, q2)
        elbos.append(np.sum(np.where(q > 0, q * log_joint, 0.0)) - xlogy(q1, q1).sum())
    return q1, q2, elbos
