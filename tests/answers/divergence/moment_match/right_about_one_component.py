# Moments about the heaviest component's mean, where nothing large has to cancel.
def moment_match(weights, means, sds):
    origin = means[np.argmax(weights)]
    moved = means - origin
    first, second = np.average(moved, weights=weights), np.average(sds**2 + moved**2, weights=weights)
    return [origin + first, np.sqrt(second - first**2)]
