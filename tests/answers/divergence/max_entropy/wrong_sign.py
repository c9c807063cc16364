# Tilts to the wrong side.
# message: The sign of eta is wrong
def max_entropy(values, mean):
    if mean in (values.min(), values.max()):
        return (values == mean) / np.sum(values == mean)
    u = (values - mean) / np.ptp(values)
    eta = brentq(lambda eta: softmax(eta * u) @ u, -5000, 5000)
    return softmax(-eta * u)
