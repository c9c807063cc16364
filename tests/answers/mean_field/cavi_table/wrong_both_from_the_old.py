# Updates both factors from the old ones.
# message: You updated both factors from the old ones
from scipy.special import softmax


def step(log_joint, weights, axis):
    return softmax(np.where(weights > 0, weights * log_joint, 0.0).sum(axis=axis))


def cavi_table(log_joint, iterations):
    I, J = log_joint.shape
    q1, q2, elbos = np.full(I, 1 / I), np.full(J, 1 / J), []
    for _ in range(iterations):
        q1, q2 = step(log_joint, q2[None, :], 1), step(log_joint, q1[:, None], 0)
        q = np.outer(q1, q2)
        elbos.append(np.sum(np.where(q > 0, q * log_joint, 0.0) - xlogy(q, q)))
    return q1, q2, elbos
