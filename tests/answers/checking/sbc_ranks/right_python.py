# Plain Python; a list comes back.
def sbc_ranks(prior_draws, posterior_draws):
    return [sum(value < own for value in row)
            for own, row in zip(prior_draws.tolist(), posterior_draws.tolist())]
