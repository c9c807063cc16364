# The left rule: the last point is left out.
# message: You left out the last point
def log_evidence_grid(log_joint, lo, hi, n):
    z = np.linspace(lo, hi, n)
    return logsumexp(log_joint(z[:-1])) + np.log((hi - lo) / (n - 1))
