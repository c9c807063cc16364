# A helper for each step; the ELBO as one sum over all pairs of states, q log(p / q).
from scipy.special import softmax


def expect(log_joint, weights, axis):
    return np.where(weights > 0, weights * log_joint, 0.0).sum(axis=axis)


def cavi_table(log_joint, iterations):
    I, J = log_joint.shape
    q1, q2, elbos = np.full(I, 1 / I), np.full(J, 1 / J), []
    while len(elbos) < iterations:
        q1 = softmax(expect(log_joint, q2[None, :], 1))
        q2 = softmax(expect(log_joint, q1[:, None], 0))
        q = np.outer(q1, q2)
        elbos.append(np.sum(np.where(q > 0, q * log_joint, 0.0) - xlogy(q, q)))
    return [q1, q2, tuple(elbos)]
