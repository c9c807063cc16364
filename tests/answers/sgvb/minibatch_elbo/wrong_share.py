# The batch's share: right up to the factor M/N, which the learning rate sees.
# message: This is the batch's share of the ELBO
def minibatch_elbo(log_likelihoods, kl, n_total):
    return np.sum(log_likelihoods) - kl * len(log_likelihoods) / n_total
