# Squashes the logits.
# message: The tanh acts on the hidden layer only
def decode(z, params):
    g = np.tanh(z @ params["W2"] + params["b2"])
    logits = g @ params["W_out"] + params["b_out"]
    return np.tanh(logits)
