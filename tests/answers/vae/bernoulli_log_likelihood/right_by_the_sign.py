# Minus log(1 + e^-s), with s the logit of what the pixel is.
def bernoulli_log_likelihood(logits, x):
    return -np.sum(np.logaddexp(0, (1 - 2 * x) * logits), axis=1)
