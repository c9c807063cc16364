# Weights by the log weights: a mean of logs.
# message: You weighted by the log weights
def corrected_expectation(values, log_weights):
    return np.sum(log_weights * values) / np.sum(log_weights)
