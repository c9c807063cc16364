# All components alike.
# message: You averaged the means with equal weights
def moment_match(weights, means, sds):
    return means.mean(), np.sqrt(np.mean(sds**2) + means.var())
