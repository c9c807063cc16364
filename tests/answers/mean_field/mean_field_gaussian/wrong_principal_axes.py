# The variances along the principal axes.
# message: You rotated to independent directions
def mean_field_gaussian(mean, precision):
    return mean, 1 / np.linalg.eigvalsh(precision)
