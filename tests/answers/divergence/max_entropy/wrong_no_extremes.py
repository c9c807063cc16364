# The right family with no care for an extreme mean, where there is no root.
def max_entropy(values, mean):
    u = (values - mean) / np.ptp(values)
    eta = brentq(lambda eta: softmax(eta * u) @ u, -20, 20)
    return softmax(eta * u)
