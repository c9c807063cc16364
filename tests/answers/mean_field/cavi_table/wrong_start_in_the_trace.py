# Puts the start in front of the trace.
# message: not the start's
from scipy.special import softmax


def step(log_joint, weights, axis):
    return softmax(np.where(weights > 0, weights * log_joint, 0.0).sum(axis=axis))


def bound(log_joint, q1, q2):
    q = np.outer(q1, q2)
    return np.sum(np.where(q > 0, q * log_joint, 0.0) - xlogy(q, q))


def cavi_table(log_joint, iterations):
    q1, q2 = [np.full(n, 1 / n) for n in log_joint.shape]
    elbos = [bound(log_joint, q1, q2)]
    for _ in range(iterations):
        q1 = step(log_joint, q2[None, :], 1)
        q2 = step(log_joint, q1[:, None], 0)
        elbos.append(bound(log_joint, q1, q2))
    return q1, q2, elbos
