# Takes the largest weight of the whole array out: rows at a lower level underflow.
# message: Divide each row by its own largest weight first
def importance_weighted_bound(log_w):
    top = log_w.max()
    return np.mean(top + np.log(np.mean(np.exp(log_w - top), axis=1)))
