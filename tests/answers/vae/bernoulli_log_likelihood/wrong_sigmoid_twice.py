# Takes the logits for something that still needs a sigmoid before task 1's own.
# message: The sigmoid is applied twice
def bernoulli_log_likelihood(logits, x):
    p = expit(logits)
    return np.sum(x * p - np.logaddexp(0, p), axis=1)
