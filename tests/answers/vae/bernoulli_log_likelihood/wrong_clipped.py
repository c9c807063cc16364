# Clips the probabilities, as many programs do.
# message: A clipped probability
def bernoulli_log_likelihood(logits, x):
    p = expit(logits).clip(1e-7, 1 - 1e-7)
    return np.sum(x * np.log(p) + (1 - x) * np.log(1 - p), axis=1)
