# The bias outside of the tanh.
# message: b1 is added inside the tanh
def encode(x, params):
    h = np.tanh(x @ params["W1"]) + params["b1"]
    return h @ params["W_mu"] + params["b_mu"], h @ params["W_log_var"] + params["b_log_var"]
