# Multiplies 0 by -inf in the steps and in the ELBO.
# message: 0 * (-inf) counts as 0 here
from scipy.special import softmax


def cavi_table(log_joint, iterations):
    q2, elbos = np.full(log_joint.shape[1], 1 / log_joint.shape[1]), []
    for _ in range(iterations):
        q1 = softmax(log_joint @ q2)
        q2 = softmax(q1 @ log_joint)
        elbos.append(q1 @ log_joint @ q2 - xlogy(q1, q1).sum() - xlogy(q2, q2).sum())
    return q1, q2, elbos
