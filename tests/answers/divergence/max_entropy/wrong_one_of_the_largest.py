# At an extreme mean it picks the first entry that attains it.
# message: At an extreme: uniform over the entries that attain it
def max_entropy(values, mean):
    if mean in (values.min(), values.max()):
        return np.eye(len(values))[np.flatnonzero(values == mean)[0]]
    u = (values - mean) / np.ptp(values)
    limit = 1.0
    while softmax(-limit * u) @ u > 0 or softmax(limit * u) @ u < 0:
        limit *= 2
    return softmax(brentq(lambda eta: softmax(eta * u) @ u, -limit, limit) * u)
