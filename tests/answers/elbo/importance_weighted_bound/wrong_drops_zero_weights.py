# Leaves weights of zero out of the mean.
# message: A weight of zero counts in the mean
def importance_weighted_bound(log_w):
    rows = [row[np.isfinite(row)] for row in log_w]
    return np.mean([logsumexp(row) - np.log(row.size) for row in rows])
