# Counts the draws above the truth.
# message: You counted the draws above the truth
def sbc_ranks(prior_draws, posterior_draws):
    return np.sum(posterior_draws > prior_draws[:, None], axis=1)
