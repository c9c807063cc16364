# Stays in log space.
# message: These are log responsibilities
def responsibilities(log_rho):
    return log_rho - logsumexp(log_rho, axis=1, keepdims=True)
