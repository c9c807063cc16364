# Returns the probabilities in the order of the sorted values.
def max_entropy(values, mean):
    values = np.sort(values)
    if mean in (values[0], values[-1]):
        return (values == mean) / np.sum(values == mean)
    u = (values - mean) / np.ptp(values)
    limit = 1.0
    while softmax(-limit * u) @ u > 0 or softmax(limit * u) @ u < 0:
        limit *= 2
    return softmax(brentq(lambda eta: softmax(eta * u) @ u, -limit, limit) * u)
