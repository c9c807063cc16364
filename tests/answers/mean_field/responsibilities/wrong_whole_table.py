# Normalises over everything.
# message: You normalised the whole table
def responsibilities(log_rho):
    return np.exp(log_rho - logsumexp(log_rho))
