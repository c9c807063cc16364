# The paper's formula, which is minus the KL.
# message: The sign is wrong: this is -KL
def kl_to_standard_normal(mu, log_var):
    return 0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var), axis=1)
