# The cross-entropy, a loss.
# message: The sign is wrong
def bernoulli_log_likelihood(logits, x):
    return np.sum(np.logaddexp(0, logits) - x * logits, axis=1)
