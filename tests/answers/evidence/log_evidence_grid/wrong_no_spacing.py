# The spacing of the grid is left out.
# message: You forgot the spacing of the grid
def log_evidence_grid(log_joint, lo, hi, n):
    weights = np.ones(n)
    weights[[0, -1]] = 0.5
    return logsumexp(log_joint(np.linspace(lo, hi, n)), b=weights)
