# N times the sum.
# message: The factor is N/M, not N
def minibatch_elbo(log_likelihoods, kl, n_total):
    return n_total * np.sum(log_likelihoods) - kl
