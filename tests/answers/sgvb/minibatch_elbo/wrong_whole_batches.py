# Integer division: wrong when M does not divide N.
# message: N // M drops the remainder
def minibatch_elbo(log_likelihoods, kl, n_total):
    return n_total // len(log_likelihoods) * np.sum(log_likelihoods) - kl
