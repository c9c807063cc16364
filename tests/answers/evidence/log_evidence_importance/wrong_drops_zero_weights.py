# Throws draws of weight zero away before averaging, so the mean is over fewer draws.
def log_evidence_importance(log_p, log_q):
    log_w = (log_p - log_q)[np.isfinite(log_p)]
    return logsumexp(log_w) - np.log(log_w.size), np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w))
