# Keeps the logits within 500, so that nothing overflows.
# message: A clipped probability
def bernoulli_log_likelihood(logits, x):
    a = np.clip(logits, -500, 500)
    return np.sum(x * a - np.log(1 + np.exp(a)), axis=1)
