# The right eta, but exp(eta v) is not divided by its sum.
# message: the normaliser is missing
def max_entropy(values, mean):
    if mean in (values.min(), values.max()):
        return (values == mean) / np.sum(values == mean)
    u = (values - mean) / np.ptp(values)
    return np.exp(brentq(lambda eta: np.sum(u * np.exp(eta * u)), -500, 500) * u)
