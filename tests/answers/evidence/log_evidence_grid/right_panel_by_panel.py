# The area of each panel in log space, then all panels together.
def log_evidence_grid(log_joint, lo, hi, n):
    values = log_joint(np.linspace(lo, hi, n))
    panels = np.logaddexp(values[:-1], values[1:]) + np.log((hi - lo) / (n - 1) / 2)
    return np.logaddexp.reduce(panels)
