# Takes E_q[log p(x)] for the evidence lower bound.
# message: This is the ELBO
def four_expectations(log_px_given_z, log_pz, q):
    seen = q > 0
    average = np.sum(q[seen] * log_px_given_z[seen])
    joint = average + np.sum(q[seen] * log_pz[seen])
    return {
        "log_px": logsumexp(log_px_given_z + log_pz),
        "E_log_px": joint - np.sum(q[seen] * np.log(q[seen])),
        "E_log_px_given_z": average,
        "E_log_joint": joint,
    }
