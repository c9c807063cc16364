# One component after another: a running mean and a running sum of squares.
def moment_match(weights, means, sds):
    total, mean, squares = 0.0, means[0], 0.0
    for w, m, s in zip(weights, means, sds):
        if w > 0:
            total += w
            change = m - mean
            mean += change * w / total
            squares += w * s**2 + w * change * (m - mean)
    return float(mean), float(np.sqrt(squares / total))
