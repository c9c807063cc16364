# The effective sample size as S / (1 + cv^2), with the variance over N: the same number.
def log_evidence_importance(log_p, log_q):
    log_w = np.subtract(log_p, log_q)
    w = np.exp(log_w - log_w.max())
    ess = w.size / (1 + np.var(w) / np.mean(w) ** 2)
    return log_w.max() + np.log(np.mean(w)), ess
