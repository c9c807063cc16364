# Averages over the pixels.
# message: You averaged over the pixels
def bernoulli_log_likelihood(logits, x):
    return np.mean(x * logits - np.logaddexp(0, logits), axis=1)
