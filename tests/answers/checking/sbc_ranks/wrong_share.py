# The share of draws below.
# message: The rank is their number
def sbc_ranks(prior_draws, posterior_draws):
    return np.mean(posterior_draws < prior_draws[:, None], axis=1)
