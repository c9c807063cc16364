# Returns the two in the wrong order.
# message: The two are exchanged
def encode(x, params):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    return log_var, mu
