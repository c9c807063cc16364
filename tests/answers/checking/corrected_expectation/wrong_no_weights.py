# The average over q.
# message: the weights are not in it
def corrected_expectation(values, log_weights):
    return np.mean(values)
