# exp without taking the largest out.
# message: exp overflows or underflows
def corrected_expectation(values, log_weights):
    w = np.exp(log_weights)
    return np.sum(w * values) / np.sum(w)
