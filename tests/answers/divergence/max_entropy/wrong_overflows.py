# Exponentiates the values as they are.
# message: exp(eta v) over- or underflowed
def max_entropy(values, mean):
    if mean in (values.min(), values.max()):
        return (values == mean) / np.sum(values == mean)
    low, high = -1e3 / np.ptp(values), 1e3 / np.ptp(values)
    for _ in range(200):
        eta = (low + high) / 2
        p = np.exp(eta * values) / np.sum(np.exp(eta * values))
        low, high = (eta, high) if p @ values < mean else (low, eta)
    return p
