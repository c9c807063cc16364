# Returns the exact marginals and the log evidence: no climb at all.
# message: These are the exact marginals of the posterior
def cavi_table(log_joint, iterations):
    log_px = logsumexp(log_joint)
    q1, q2 = [np.exp(logsumexp(log_joint, axis=axis) - log_px) for axis in (1, 0)]
    return q1, q2, [log_px] * iterations
