# The trapezoid rule on the joint itself, and the logarithm at the end: everything underflows.
# message: You exponentiated the log joint as it is
def log_evidence_grid(log_joint, lo, hi, n):
    z = np.linspace(lo, hi, n)
    return np.log(np.trapezoid(np.exp(log_joint(z)), z))
