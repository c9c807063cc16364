# Looks for eta between -50 and 50, whatever the unit of the values is.
def max_entropy(values, mean):
    if mean in (values.min(), values.max()):
        return (values == mean) / np.sum(values == mean)
    eta = brentq(lambda eta: softmax(eta * values) @ values - mean, -50, 50)
    return softmax(eta * values)
