# The effective sample size from the normalised weights: one over the sum of their squares.
def log_evidence_importance(log_p, log_q):
    log_w = log_p - log_q
    total = np.logaddexp.reduce(log_w)
    return [total - np.log(log_w.size), 1 / np.sum(np.exp(log_w - total) ** 2)]
