# Counts a value that occurs twice as one outcome, and shares its probability out.
def max_entropy(values, mean):
    distinct, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    if mean in (distinct[0], distinct[-1]):
        return (values == mean) / np.sum(values == mean)
    u = (distinct - mean) / np.ptp(distinct)
    limit = 1.0
    while softmax(-limit * u) @ u > 0 or softmax(limit * u) @ u < 0:
        limit *= 2
    return (softmax(brentq(lambda eta: softmax(eta * u) @ u, -limit, limit) * u) / counts)[place]
