# The mean of both directions.
# message: You averaged both directions
def kl_categorical(p, q):
    one = np.sum(xlogy(p, p) - xlogy(p, q))
    other = np.sum(xlogy(q, q) - xlogy(q, p))
    return (one + other) / 2
