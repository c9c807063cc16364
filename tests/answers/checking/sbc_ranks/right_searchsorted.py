# Sorts each row and looks up where the truth would go, before any equal draw.
def sbc_ranks(prior_draws, posterior_draws):
    rows = np.sort(posterior_draws, axis=1)
    return np.array([np.searchsorted(row, own, side="left") for row, own in zip(rows, prior_draws)])
