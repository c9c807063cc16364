# Cross-entropy minus entropy, each in closed form.
def kl_to_standard_normal(mu, log_var):
    constant = np.log(2 * np.pi)
    cross_entropy = 0.5 * (constant + np.square(mu) + np.exp(log_var))
    entropy = 0.5 * (constant + 1 + log_var)
    return (cross_entropy - entropy).sum(axis=1)
