# Right after its update the second factor is the best: the ELBO is log Z2 + H(q1).
def cavi_table(log_joint, iterations):
    table = np.nan_to_num(log_joint)  # -inf becomes the lowest number there is
    q2 = np.ones(table.shape[1]) / table.shape[1]
    elbos = np.zeros(iterations)
    for i in range(iterations):
        logs = table @ q2
        q1 = np.exp(logs - logsumexp(logs))
        logs = q1 @ table
        log_Z = logsumexp(logs)
        q2 = np.exp(logs - log_Z)
        elbos[i] = log_Z - xlogy(q1, q1).sum()
    return q1, q2, elbos
