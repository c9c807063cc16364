# Standard deviations instead of variances.
# message: These are standard deviations. Return variances
def mean_field_gaussian(mean, precision):
    return mean, np.diag(precision) ** -0.5
