# Uses the encoder's weights, transposed.
# message: You turned the encoder round
def decode(z, params):
    return np.tanh(z @ params["W_mu"].T + params["b1"]) @ params["W1"].T + params["b_out"]
