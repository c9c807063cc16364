# A plain loop over the coordinates; the means as floats, the variances one over the diagonal.
def mean_field_gaussian(mean, precision):
    return list(mean), [1 / precision[j][j] for j in range(len(mean))]
