# SciPy's stable log of the sigmoid, once for each kind of pixel.
from scipy.special import log_expit


def bernoulli_log_likelihood(logits, x):
    return np.where(x == 1, log_expit(logits), log_expit(-logits)).sum(axis=1)
