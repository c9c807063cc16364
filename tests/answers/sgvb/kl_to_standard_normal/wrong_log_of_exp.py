# Takes the logarithm of a variance that has underflowed.
# message: exp(log_var) underflows
def kl_to_standard_normal(mu, log_var):
    variance = np.exp(log_var)
    return 0.5 * np.sum(mu**2 + variance - 1 - np.log(variance), axis=1)
