# A linear encoder.
# message: The tanh of the hidden layer is missing
def encode(x, params):
    h = x @ params["W1"] + params["b1"]
    return h @ params["W_mu"] + params["b_mu"], h @ params["W_log_var"] + params["b_log_var"]
