# Averages the standard deviations.
# message: You averaged the sds
def moment_match(weights, means, sds):
    return weights @ means, weights @ sds
