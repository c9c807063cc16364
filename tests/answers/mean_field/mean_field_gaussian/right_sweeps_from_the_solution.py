# One sweep of coordinate ascent from the posterior's mean, which is its fixed point.
def mean_field_gaussian(mean, precision):
    m, variances = mean.astype(float), np.empty(mean.size)
    for j in range(mean.size):
        others = np.arange(mean.size) != j
        variances[j] = 1 / precision[j, j]
        m[j] = mean[j] - variances[j] * precision[j, others] @ (m[others] - mean[others])
    return m, variances
