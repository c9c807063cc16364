# Normalises down the columns: over the data.
# message: You normalised along the wrong axis
def responsibilities(log_rho):
    return np.exp(log_rho - logsumexp(log_rho, axis=0, keepdims=True))
