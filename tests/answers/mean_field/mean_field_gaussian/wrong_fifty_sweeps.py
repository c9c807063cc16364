# Fifty sweeps from zero: far from converged where the correlation is strong.
def mean_field_gaussian(mean, precision):
    m, d = np.zeros(len(mean)), np.diag(precision)
    for _ in range(50):
        for j in range(len(mean)):
            m[j] = mean[j] - (precision[j] @ (m - mean) - d[j] * (m[j] - mean[j])) / d[j]
    return m, 1 / d
