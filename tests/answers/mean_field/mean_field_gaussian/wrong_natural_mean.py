# Takes precision times mean, the natural parameter, for the mean.
# message: Mean field gets a Gaussian's means right
def mean_field_gaussian(mean, precision):
    return precision @ mean, 1 / np.diag(precision)
