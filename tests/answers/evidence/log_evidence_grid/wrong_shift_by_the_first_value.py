# Takes out the value at `lo` instead of the largest: a narrow peak overflows.
# message: Take the largest value out first
def log_evidence_grid(log_joint, lo, hi, n):
    z = np.linspace(lo, hi, n)
    values = log_joint(z)
    shift = values[0] if np.isfinite(values[0]) else values[n // 2]
    return shift + np.log(np.trapezoid(np.exp(values - shift), z))
