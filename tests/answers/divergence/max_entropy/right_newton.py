# Newton's method with the variance as the slope, kept inside a bracket.
def max_entropy(values, mean):
    low, high = values.min(), values.max()
    if mean == high or mean == low:
        attained = np.isclose(values, mean, rtol=0, atol=0)
        return attained / attained.sum()
    u = (values - mean) / (high - low)
    left, right, eta = -1e6, 1e6, 0.0
    for _ in range(300):
        p = softmax(eta * u)
        excess, variance = p @ u, p @ (u - p @ u) ** 2
        left, right = (eta, right) if excess < 0 else (left, eta)
        eta = eta - excess / variance if variance > 0 else np.inf
        if not left < eta < right:
            eta = (left + right) / 2
    return softmax(eta * u)
