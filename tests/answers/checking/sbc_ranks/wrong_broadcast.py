# Compares columns with truths, which NumPy allows if S = L.
# message: You compared column j with truth j
def sbc_ranks(prior_draws, posterior_draws):
    return np.sum(posterior_draws < prior_draws, axis=1)
