# Returns the effective sample size first.
# message: The order is (estimate, ess)
def log_evidence_importance(log_p, log_q):
    log_w = log_p - log_q
    return np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w)), logsumexp(log_w) - np.log(log_w.size)
