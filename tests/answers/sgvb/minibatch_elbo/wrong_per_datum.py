# The ELBO per datum.
# message: This is the ELBO per datum
def minibatch_elbo(log_likelihoods, kl, n_total):
    return np.mean(log_likelihoods) - kl / n_total
