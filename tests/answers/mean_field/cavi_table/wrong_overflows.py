# Exponentiates as it is: 0 / 0 near -10,000.
def cavi_table(log_joint, iterations):
    table = np.nan_to_num(log_joint)
    q2, elbos = np.full(log_joint.shape[1], 1 / log_joint.shape[1]), []
    for _ in range(iterations):
        q1 = np.exp(table @ q2)
        q1 = q1 / q1.sum()
        q2 = np.exp(q1 @ table)
        q2 = q2 / q2.sum()
        elbos.append(q1 @ table @ q2 - xlogy(q1, q1).sum() - xlogy(q2, q2).sum())
    return q1, q2, elbos
