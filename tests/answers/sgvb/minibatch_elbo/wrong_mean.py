# The mean of the batch.
# message: You averaged over the batch
def minibatch_elbo(log_likelihoods, kl, n_total):
    return np.mean(log_likelihoods) - kl
