# What is left of each coordinate after regression on all the others, as a share.
def variance_ratio(covariance):
    scale = np.sqrt(np.diag(covariance))
    table, left = covariance / scale / scale[:, None], []
    for j in range(len(scale)):
        others = np.arange(len(scale)) != j
        shared = table[others, j]
        left.append(1.0 - shared @ np.linalg.solve(table[others][:, others], shared))
    return left
