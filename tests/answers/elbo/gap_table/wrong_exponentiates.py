# The posterior from exponentials as they are: 0 / 0 near -10,000.
# message: log p(x) left log space
def gap_table(log_joint, q):
    joint = np.exp(log_joint)
    posterior = joint / joint.sum()
    seen = q > 0
    return np.sum(q[seen] * np.log(q[seen] / posterior[seen]))
