# Weights q / p.
# message: The ratio is upside down: a weight is p / q
def log_evidence_importance(log_p, log_q):
    log_w = log_q - log_p
    return logsumexp(log_w) - np.log(log_w.size), np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w))
