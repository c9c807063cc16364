# Keeps zeros away by adding 1e-12 inside the log: no nan, and a result that is off in the ninth digit.
# message: did you add a small number inside a log?
def elbo_table(log_joint, q):
    return np.sum(q * (np.maximum(log_joint, -1e300) - np.log(q + 1e-12)))
