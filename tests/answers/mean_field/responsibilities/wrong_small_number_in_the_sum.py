# Adds 1e-10 to the sum, so that nothing is divided by zero: rows no longer sum to one.
def responsibilities(log_rho):
    rho = np.exp(log_rho - log_rho.max(axis=1, keepdims=True) - 10)
    return rho / (rho.sum(axis=1, keepdims=True) + 1e-10)
