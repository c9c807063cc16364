# Ranks from 1 to L + 1.
# message: Ranks start at 0
def sbc_ranks(prior_draws, posterior_draws):
    return 1 + np.sum(posterior_draws < prior_draws[:, None], axis=1)
