# Scales the KL of global variables as well.
# message: You scaled the KL as well
def minibatch_elbo(log_likelihoods, kl, n_total):
    return n_total / len(log_likelihoods) * (np.sum(log_likelihoods) - kl)
