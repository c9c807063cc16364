# Exponentiates as it is.
# message: exp(-10,000) is 0 and exp(1,000) is inf to a computer
def responsibilities(log_rho):
    rho = np.exp(log_rho)
    return rho / rho.sum(axis=1, keepdims=True)
