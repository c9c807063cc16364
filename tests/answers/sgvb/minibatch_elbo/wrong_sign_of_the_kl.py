# Adds the KL.
# message: The sign of the KL is wrong
def minibatch_elbo(log_likelihoods, kl, n_total):
    return n_total / len(log_likelihoods) * np.sum(log_likelihoods) + kl
