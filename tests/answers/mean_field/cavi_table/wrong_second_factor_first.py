# Updates q2, then q1.
# message: You updated q2 first
from scipy.special import softmax


def step(log_joint, weights, axis):
    return softmax(np.where(weights > 0, weights * log_joint, 0.0).sum(axis=axis))


def cavi_table(log_joint, iterations):
    q1, elbos = np.full(len(log_joint), 1 / len(log_joint)), []
    for _ in range(iterations):
        q2 = step(log_joint, q1[:, None], 0)
        q1 = step(log_joint, q2[None, :], 1)
        q = np.outer(q1, q2)
        elbos.append(np.sum(np.where(q > 0, q * log_joint, 0.0) - xlogy(q, q)))
    return q1, q2, elbos
