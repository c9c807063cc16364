# NumPy's log-add-exp along each row.
def importance_weighted_bound(log_w):
    return float(np.logaddexp.reduce(log_w, axis=1).mean() - np.log(log_w.shape[1]))
