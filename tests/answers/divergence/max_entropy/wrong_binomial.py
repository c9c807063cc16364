# A binomial with the right mean.
# message: This is a binomial
def max_entropy(values, mean):
    share = (mean - values.min()) / np.ptp(values)
    return binom.pmf(np.argsort(np.argsort(values)), len(values) - 1, share)
