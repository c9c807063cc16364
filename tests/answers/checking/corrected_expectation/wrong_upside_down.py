# Divides by the weights: q / p.
# message: You divided by the weights
def corrected_expectation(values, log_weights):
    return np.sum(softmax(-log_weights) * values)
