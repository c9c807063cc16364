# Myth 1: takes E_q[log p(x)] for the average of log p(x|z).
# message: There is no z in log p(x)
def four_expectations(log_px_given_z, log_pz, q):
    seen = q > 0
    average = np.sum(q[seen] * log_px_given_z[seen])
    return {
        "log_px": logsumexp(log_px_given_z + log_pz),
        "E_log_px": average,
        "E_log_px_given_z": average,
        "E_log_joint": average + np.sum(q[seen] * log_pz[seen]),
    }
