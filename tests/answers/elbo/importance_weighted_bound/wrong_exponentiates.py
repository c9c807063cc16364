# The right formula, with the weights exponentiated as they are.
# message: The weights of a row under- or overflowed
def importance_weighted_bound(log_w):
    return np.mean(np.log(np.mean(np.exp(log_w), axis=1)))
