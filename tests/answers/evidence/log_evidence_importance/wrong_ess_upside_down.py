# One over the effective sample size.
# message: The ratio is upside down: (sum w)^2 / (sum w^2)
def log_evidence_importance(log_p, log_q):
    log_w = log_p - log_q
    w = np.exp(log_w - log_w.max())
    return logsumexp(log_w) - np.log(w.size), np.sum(w**2) / np.sum(w) ** 2
