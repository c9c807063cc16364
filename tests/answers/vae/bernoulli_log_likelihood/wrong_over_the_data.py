# Adds up over the data, too.
# message: over the data as well
def bernoulli_log_likelihood(logits, x):
    return np.sum(x * logits - np.logaddexp(0, logits))
