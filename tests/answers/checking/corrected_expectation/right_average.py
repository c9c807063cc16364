# numpy's weighted average, with the largest weight taken out.
def corrected_expectation(values, log_weights):
    return float(np.average(values, weights=np.exp(log_weights - np.max(log_weights))))
