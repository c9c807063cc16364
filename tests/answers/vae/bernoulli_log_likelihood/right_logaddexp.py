# x a - log(1 + e^a).
def bernoulli_log_likelihood(logits, x):
    return (x * logits - np.logaddexp(0, logits)).sum(axis=1)
