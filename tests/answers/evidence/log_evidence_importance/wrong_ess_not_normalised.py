# The variance formula for the effective sample size, with weights that do not have mean one.
# message: The weights must be normalised
def log_evidence_importance(log_p, log_q):
    log_w = log_p - log_q
    return logsumexp(log_w) - np.log(log_w.size), log_w.size / (1 + np.var(np.exp(log_w)))
