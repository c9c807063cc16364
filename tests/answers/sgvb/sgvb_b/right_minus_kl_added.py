# The paper's form: plus one half of 1 + log variance - mean squared - variance.
def sgvb_b(log_likelihood, mu, log_var, eps):
    minus_kl = (1 + log_var - np.square(mu) - np.exp(log_var)).sum() / 2
    return float(minus_kl + log_likelihood(np.exp(log_var / 2) * eps + mu).mean())
