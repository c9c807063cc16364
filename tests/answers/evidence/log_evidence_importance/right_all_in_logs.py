# Log-sum-exp for the mean and for both sums of the effective sample size.
def log_evidence_importance(log_p, log_q):
    log_w = log_p - log_q
    estimate = logsumexp(log_w) - np.log(len(log_w))
    ess = np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w))
    return float(estimate), float(ess)
