# Solves for the mean of the unnormalised weights, and normalises afterwards.
# message: Solve for the mean of the *normalised* probabilities
def max_entropy(values, mean):
    if mean in (values.min(), values.max()):
        return (values == mean) / np.sum(values == mean)
    eta = brentq(lambda eta: np.sum(values * np.exp(eta * values)) - mean, -50, 50)
    return softmax(eta * values)
