# Forgets the bias of the last layer.
# message: b_out is missing
def decode(z, params):
    return np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"]
