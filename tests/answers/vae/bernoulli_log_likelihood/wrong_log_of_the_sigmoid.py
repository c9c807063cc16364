# Goes through the probabilities, which round to 0 and 1.
# message: Large logits overflow
def bernoulli_log_likelihood(logits, x):
    p = expit(logits)
    return np.sum(x * np.log(p) + (1 - x) * np.log(1 - p), axis=1)
