# The entropy of q plus the average log prior, both in closed form.
def sgvb_b(log_likelihood, mu, log_var, eps):
    log_sd = 0.5 * log_var
    entropy = np.sum(0.5 + log_sd)
    energy = -0.5 * (mu @ mu + np.exp(log_sd) @ np.exp(log_sd))
    return log_likelihood(mu + np.exp(log_sd) * eps).mean() + energy + entropy
