# The value at the draw with the largest weight.
# message: You took the value of the heaviest draw
def corrected_expectation(values, log_weights):
    return values[np.argmax(log_weights)]
