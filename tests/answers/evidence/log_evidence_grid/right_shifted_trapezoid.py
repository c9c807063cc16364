# NumPy's own trapezoid rule on the shifted integrand.
def log_evidence_grid(log_joint, lo, hi, n):
    z = np.linspace(lo, hi, n)
    values = log_joint(z)
    top = np.max(values)
    return float(top + np.log(np.trapezoid(np.exp(values - top), z)))
