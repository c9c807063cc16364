# A sum times the spacing: the two end points count in full.
# message: The two end points count half
def log_evidence_grid(log_joint, lo, hi, n):
    return logsumexp(log_joint(np.linspace(lo, hi, n))) + np.log((hi - lo) / (n - 1))
