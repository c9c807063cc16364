# Exponentiates and does not normalise.
# message: You exponentiated and did not normalise
def responsibilities(log_rho):
    return np.exp(log_rho)
