# Returns pixels.
# message: These are pixels
def decode(z, params):
    g = np.tanh(z @ params["W2"] + params["b2"])
    logits = g @ params["W_out"] + params["b_out"]
    return (logits > 0) * 1.0
