# Counts the pixels that are 1 only.
# message: The pixels that are 0 are missing
def bernoulli_log_likelihood(logits, x):
    return -np.sum(x * np.logaddexp(0, -logits), axis=1)
