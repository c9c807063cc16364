# A stable estimate, but an effective sample size from unscaled weights.
# message: The weights under- or overflowed
def log_evidence_importance(log_p, log_q):
    log_w = log_p - log_q
    w = np.exp(log_w)
    return logsumexp(log_w) - np.log(log_w.size), np.sum(w) ** 2 / np.sum(w**2)
