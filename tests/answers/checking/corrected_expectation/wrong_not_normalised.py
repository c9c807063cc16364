# The mean of w h, as if the weights averaged to one.
# message: The weights are not normalised
def corrected_expectation(values, log_weights):
    return np.mean(np.exp(log_weights) * values)
