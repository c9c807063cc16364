# The right formula with probabilities instead of their logs: exp(-10,000) is 0.
# message: You left log space
def elbo_table(log_joint, q):
    seen = q > 0
    return np.sum(q[seen] * np.log(np.exp(log_joint[seen]) / q[seen]))
