# Takes p for the probability of a 0.
# message: x and 1 - x are exchanged
def bernoulli_log_likelihood(logits, x):
    return np.sum((1 - x) * logits - np.logaddexp(0, logits), axis=1)
