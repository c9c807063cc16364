# N times the mean of the batch.
def minibatch_elbo(log_likelihoods, kl, n_total):
    return n_total * np.mean(log_likelihoods) - kl
