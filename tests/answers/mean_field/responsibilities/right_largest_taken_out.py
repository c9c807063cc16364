# The largest entry of each row taken out by hand.
def responsibilities(log_rho):
    rho = np.exp(log_rho - log_rho.max(axis=1)[:, None])
    return rho / np.sum(rho, axis=1)[:, None]
