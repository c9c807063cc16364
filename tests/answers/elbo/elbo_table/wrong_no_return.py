# Computes the answer and does not return it.
# message: is `return` missing?
def elbo_table(log_joint, q):
    seen = q > 0
    answer = np.sum(q[seen] * (log_joint[seen] - np.log(q[seen])))
