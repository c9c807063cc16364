# Variances first.
# message: The order is (means, variances)
def mean_field_gaussian(mean, precision):
    return 1 / np.diag(precision), mean
