# One number for each experiment.
# message: Return one number
def importance_weighted_bound(log_w):
    return logsumexp(log_w, axis=1) - np.log(log_w.shape[1])
