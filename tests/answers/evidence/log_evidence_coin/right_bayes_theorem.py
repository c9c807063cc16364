# Bayes' theorem at one value of theta: evidence = likelihood * prior / posterior.
from scipy.stats import beta


def log_evidence_coin(heads, tails, a, b):
    theta = (a + heads) / (a + b + heads + tails)
    log_likelihood = heads * np.log(theta) + tails * np.log1p(-theta)
    log_prior = beta.logpdf(theta, a, b)
    log_posterior = beta.logpdf(theta, a + heads, b + tails)
    return log_likelihood + log_prior - log_posterior
