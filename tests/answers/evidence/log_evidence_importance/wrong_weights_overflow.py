# The right formulas, with the weights exponentiated as they are.
# message: The weights under- or overflowed
def log_evidence_importance(log_p, log_q):
    w = np.exp(log_p - log_q)
    return np.log(np.mean(w)), np.sum(w) ** 2 / np.sum(w**2)
