# A linear decoder.
# message: The tanh of the hidden layer is missing
def decode(z, params):
    return (z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
