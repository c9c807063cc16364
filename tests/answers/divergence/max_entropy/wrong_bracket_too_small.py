# Scales the values, but takes for granted that eta is at most 50 then.
def max_entropy(values, mean):
    if mean in (values.min(), values.max()):
        return (values == mean) / np.sum(values == mean)
    u = (values - mean) / np.ptp(values)
    low, high = -50.0, 50.0
    for _ in range(100):
        eta = (low + high) / 2
        low, high = (eta, high) if softmax(eta * u) @ u < 0 else (low, eta)
    return softmax(eta * u)
