# Bisection, in the unit of the values, with the bracket doubled until it holds the root.
def max_entropy(values, mean):
    def weights(eta):
        w = np.exp(eta * (values - mean) - np.max(eta * (values - mean)))
        return w / np.sum(w)

    if mean <= np.min(values) or mean >= np.max(values):
        return (values == mean) / np.count_nonzero(values == mean)
    low, high = -1.0 / np.ptp(values), 1.0 / np.ptp(values)
    while weights(low) @ (values - mean) > 0:
        low = 2 * low
    while weights(high) @ (values - mean) < 0:
        high = 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if weights(middle) @ (values - mean) < 0:
            low = middle
        else:
            high = middle
    return weights(middle)
