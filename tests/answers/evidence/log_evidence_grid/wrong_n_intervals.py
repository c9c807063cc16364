# n intervals, so n + 1 points.
# message: n is the number of points
def log_evidence_grid(log_joint, lo, hi, n):
    weights = np.full(n + 1, (hi - lo) / n)
    weights[[0, -1]] /= 2
    return logsumexp(log_joint(np.linspace(lo, hi, n + 1)), b=weights)
