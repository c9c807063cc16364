# Counts draws that equal the truth.
# message: Strictly below: <, not <=
def sbc_ranks(prior_draws, posterior_draws):
    return np.sum(posterior_draws <= prior_draws[:, None], axis=1)
