# Sums p(x|z) over q instead of over the prior.
# message: You averaged p(x|z) over q
def four_expectations(log_px_given_z, log_pz, q):
    seen = q > 0
    log_px = logsumexp(log_px_given_z[seen], b=q[seen])
    average = np.sum(q[seen] * log_px_given_z[seen])
    joint = average + np.sum(q[seen] * log_pz[seen])
    return {"log_px": log_px, "E_log_px": log_px, "E_log_px_given_z": average, "E_log_joint": joint}
