# All draws but those at least as large as the truth.
def sbc_ranks(prior_draws, posterior_draws):
    number = posterior_draws.shape[1]
    return number - np.count_nonzero(posterior_draws >= np.reshape(prior_draws, (-1, 1)), axis=1)
