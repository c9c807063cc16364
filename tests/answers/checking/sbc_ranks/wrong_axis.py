# Counts down the columns.
# message: You counted down the columns
def sbc_ranks(prior_draws, posterior_draws):
    return np.sum(posterior_draws < prior_draws[:, None], axis=0)
