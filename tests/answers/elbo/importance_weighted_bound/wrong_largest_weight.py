# The largest weight stands for the sum.
# message: You kept the largest weight of each row
def importance_weighted_bound(log_w):
    return np.mean(log_w.max(axis=1) - np.log(log_w.shape[1]))
