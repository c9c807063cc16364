# M/N for N/M.
# message: The factor is upside down
def minibatch_elbo(log_likelihoods, kl, n_total):
    return len(log_likelihoods) / n_total * np.sum(log_likelihoods) - kl
