# A sigmoid in place of the tanh.
# message: not a sigmoid
def encode(x, params):
    h = expit(x @ params["W1"] + params["b1"])
    return h @ params["W_mu"] + params["b_mu"], h @ params["W_log_var"] + params["b_log_var"]
