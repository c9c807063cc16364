# Everything right, until e^a overflows.
# message: Large logits overflow
def bernoulli_log_likelihood(logits, x):
    return np.sum(x * logits - np.log(1 + np.exp(logits)), axis=1)
