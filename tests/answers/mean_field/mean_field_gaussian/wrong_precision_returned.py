# Takes the precision for a covariance: the diagonal as it is.
# message: This is Lambda_jj, a precision
def mean_field_gaussian(mean, precision):
    return mean, np.diag(precision)
