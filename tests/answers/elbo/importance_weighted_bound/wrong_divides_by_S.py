# Divides each row's sum by the number of rows.
# message: You divided by S
def importance_weighted_bound(log_w):
    return np.mean(logsumexp(log_w, axis=1) - np.log(len(log_w)))
