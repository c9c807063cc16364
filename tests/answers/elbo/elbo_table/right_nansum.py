# Lets 0 * (-inf) become nan and leaves the nans out of the sum.
def elbo_table(log_joint, q):
    return np.nansum(q * (log_joint - np.log(q)))
