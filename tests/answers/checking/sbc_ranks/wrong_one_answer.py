# The rank among all draws of all simulations.
def sbc_ranks(prior_draws, posterior_draws):
    return np.sum(posterior_draws.ravel() < prior_draws[:, None], axis=1)
