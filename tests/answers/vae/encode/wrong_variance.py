# Returns the variance.
# message: The second is a variance
def encode(x, params):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    return mu, np.exp(log_var)
