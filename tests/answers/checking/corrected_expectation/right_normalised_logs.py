# Normalises the log weights first, then exponentiates.
def corrected_expectation(values, log_weights):
    return np.exp(log_weights - logsumexp(log_weights)) @ values
