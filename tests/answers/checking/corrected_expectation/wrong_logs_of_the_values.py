# Adds the logs of the values, which loses their signs.
def corrected_expectation(values, log_weights):
    logs = np.log(np.abs(values)) + log_weights
    return np.exp(logsumexp(logs) - logsumexp(log_weights))
