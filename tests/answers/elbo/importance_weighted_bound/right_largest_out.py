# Each row relative to its own largest weight.
def importance_weighted_bound(log_w):
    top = log_w.max(axis=1, keepdims=True)
    return np.mean(top[:, 0] + np.log(np.mean(np.exp(log_w - top), axis=1)))
