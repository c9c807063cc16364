# Averages p instead of log p in every step.
# message: You averaged p. The average is over its logs
def cavi_table(log_joint, iterations):
    joint = np.exp(log_joint - log_joint.max())
    q2, elbos = np.full(log_joint.shape[1], 1 / log_joint.shape[1]), []
    for _ in range(iterations):
        q1 = joint @ q2 / (joint @ q2).sum()
        q2 = q1 @ joint / (q1 @ joint).sum()
        q = np.outer(q1, q2)
        elbos.append(np.sum(np.where(q > 0, q * log_joint, 0.0) - xlogy(q, q)))
    return q1, q2, elbos
