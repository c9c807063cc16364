# Both output layers in one matrix product, cut apart afterwards.
def encode(x, params):
    W = np.concatenate([params["W_mu"], params["W_log_var"]], axis=1)
    b = np.concatenate([params["b_mu"], params["b_log_var"]])
    return tuple(np.split(np.tanh(x.dot(params["W1"]) + params["b1"]).dot(W) + b, 2, axis=1))
