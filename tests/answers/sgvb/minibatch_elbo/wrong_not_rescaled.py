# The batch as it is: the factor N/M is missing.
# message: The minibatch is not rescaled
def minibatch_elbo(log_likelihoods, kl, n_total):
    return np.sum(log_likelihoods) - kl
