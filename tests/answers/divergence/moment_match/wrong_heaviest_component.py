# What the other direction of KL would find.
# message: This is the mean of the heavier component
def moment_match(weights, means, sds):
    k = np.argmax(weights)
    return means[k], sds[k]
